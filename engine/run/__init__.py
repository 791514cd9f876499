"""Carry out a plan on records or on frames.

finish   What becomes of a step's value: rounded and held to its range where declared.
unit     The formulas of the reporting unit, after all aggregates.
records  The whole plan on plain Python records.
moves    How many rows have another value of a step than before.
frames   The row steps and aggregates of a plan on dataframes.
"""
