"""When and in what order. A flow file defines nothing but its flow."""
