"""Where reports come from, one file for each kind. The only folder that opens sockets."""
