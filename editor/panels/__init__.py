"""The panels around the canvas: each is a QWidget that knows the document and the run, and no other panel.

palette.py, palette_popup.py choose operations; inspector.py shows and edits the chosen node (data_editor.py its
data, run_settings.py the run when no node is chosen); plot_panel.py, values_table.py show the run; ask_panel.py
computes any node; problems_panel.py lists what is wrong.
"""
