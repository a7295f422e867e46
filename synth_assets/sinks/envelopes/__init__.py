"""Envelopes: the change log as the tools of the trade tell it.

A tool either sends messages, or it writes typed rows. So an envelope makes records
(:mod:`~synth_assets.sinks.envelopes.messages`) or rows (:mod:`~synth_assets.sinks.envelopes.rows`) out of a batch, and
only these two modules know how files are made of them. Whoever has another use for records, a broker say, takes
:meth:`~synth_assets.sinks.envelopes.messages.MessageEnvelope.records`.
"""
