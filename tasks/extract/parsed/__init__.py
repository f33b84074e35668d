"""A parsed document as plain Python objects: what annotators read of spaCy's Doc, Span and Token, by the same names.

spaCy makes a new object each time a token is reached and decodes a string each time one is read, which took more
time than all rules together. Here both happen once a document, from its arrays; annotators share the result.
It holds no vectors, morphology or extensions, and nothing of it is to be changed.
"""

from tasks.extract.parsed.document import Doc, Span, Token
from tasks.extract.parsed.reading import parsed

__all__ = ["Doc", "Span", "Token", "parsed"]
