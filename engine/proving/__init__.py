"""Settle what could not be proved: show inputs that refute it, or say what is missing for a proof.

worlds  Look for a witness: a few rows for which a step leaves its range, or has no value.
claims  Say what becomes of a claim: nothing if it is proved after all, an error with a witness, or advice.
"""

from __future__ import annotations

from engine.proving.claims import settle

__all__ = ["settle"]
