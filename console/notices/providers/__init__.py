"""Providers of text messages: each builds its request and classifies the answer, without I/O."""
