"""/painel: one module for each kind of thing that operators look after."""
