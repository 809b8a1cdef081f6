"""Charts drawn on the server as SVG. Takes in plain numbers; gives out a Chart: drawing, sentence and table.

Colours are classes, so that paper, dark and print each keep their own; nothing here carries a style attribute
(the content security policy forbids them) or a script.
"""
