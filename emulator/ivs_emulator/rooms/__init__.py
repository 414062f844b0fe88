"""What goes on inside a stage: sessions, participants, media, recordings, replicas, compositions.

No operation of AWS starts most of this (participants do, with their SDKs), so the admin interface calls it as
well as the operations. Everything is a function of what is stored and of the time; `settling` lets happen what
has become due, whenever somebody looks.
"""
