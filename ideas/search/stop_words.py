"""Stop words of the three languages, without accents.

The list is short because it serves texts in every language: a stop word of one language that has a meaning in
another ("estado", "mal", "will") is not in it.
"""

_PORTUGUESE = """
a ao aos aquela aquelas aquele aqueles aquilo as ate com como da das de dela delas dele deles depois do dos e ela elas
ele eles em entre era essa essas esse esses esta estamos estao estas estava este estes estou eu favor foi for foram
gostaria ha isso isto ja la lhe lhes mais mas me mesmo meu meus minha minhas muita muitas muito muitos na nao nas nem
no nos nossa nossas nosso nossos num numa o os ou para pela pelas pelo pelos pode podem poder por porque pra qual
quando que quem queria sao se seja sem sendo ser seu seus so sob sobre sua suas tambem te tem tenha tenho ter teria
toda todas todo todos tu um uma umas uns voce voces vos
"""

_SPANISH = """
ademas al algo ante antes asi aunque cada como con contra cual cuando de del desde donde durante el ella ellas ellos
en entre es esa esas ese eso esos esta estan estar estas este esto estos fue ha han hasta hay la las le les lo los mas
me mi mis mucha muchas mucho muchos muy nada ni nosotros o os otra otras otro otros para pero por porque puede pueden
que quien se sea ser si sin sobre son su sus tambien tan te tiene tienen todo todos tu tus un una unas uno unos y ya
yo
"""

_ENGLISH = """
a about after all also am an and any are as at be because been before but by can could did do does for from had has
have how i if in into is it its me my no not of on or our out please should so some than that the their them then
there these they this those to too very was we were what when where which who why with would you your
"""

STOP_WORDS = frozenset((_PORTUGUESE + _SPANISH + _ENGLISH).split())
