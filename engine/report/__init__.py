"""Values, problems and definitions for people and programs.

explanation   An explanation as text for a terminal: an outline in which every cause stands once.
"""
