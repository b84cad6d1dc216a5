"""The graph as a person sees and wires it: scene, node and wire items, one class per gesture.

Nothing here decides anything: it asks the document, and shows what the document says has changed.
"""
