"""/painel: one module per kind of thing that operators manage."""
