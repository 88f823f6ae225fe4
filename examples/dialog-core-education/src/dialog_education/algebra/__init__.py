"""What pupils write down of arithmetic and algebra: read by a parser of our own, judged step by step.

Nothing a pupil writes is ever evaluated as code: SymPy's own parsers do that, so they are not used.
"""
