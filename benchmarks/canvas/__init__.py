"""What a person does on the canvas, measured on this program and on another node editor, at several sizes."""
