"""What is dragged from the palette to the canvas."""

#: The operation's type as UTF-8.
OP_MIME_TYPE = "application/x-chainrule-op"
