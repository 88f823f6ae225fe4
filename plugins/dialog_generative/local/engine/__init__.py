"""Who is answered when: one thread runs the model for everybody who waits.

- `engine`: the thread and its queue.
- `scheduling`: its rounds, and who is let in; `prefill`: chats are read; `writing`: answers are written, on the board
  of `batching`; `beside`: what `generate` of transformers does meanwhile.
- `tasks`: a job on its way; `work`: all that are under way, and how each ends.
- `memory`: how much is done at once; `conversations`: what is kept of them for their next turn.
"""
