"""Accuracy against human annotation: `python -m benchmarks.accuracy GOLD_DIR`.

A room of the project adds one module here, with

    NAME: str                                    the annotator, as in the rows it makes
    SETS: tuple[str, ...]                        gold sets it is scored on (folders of GOLD_DIR)
    FIELD: str                                   the field of a gold line that holds the annotations
    predict(parsed) -> Prediction                one article's annotations, in the scorer's format
    score(name, documents, predictions) -> tuple[Figure, ...]
    judge(name, documents, predictions) -> Iterator[Judgement]     every row made, right or wrong

and its name to ROOMS in `__main__`. No gold is part of the project: it has licences of its own.
"""
