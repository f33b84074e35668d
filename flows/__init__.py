"""When and in what order. A flow file defines nothing but its flow."""

__version__ = "0.1.0"
