import Glibc

/// Standard input, output and error, which whoever starts a program may have closed.
enum StandardDescriptors {
  /// Occupies those that are closed: the next file or socket would get their number, and with it all that is written to
  /// standard output. To be called before anything is opened.
  ///
  /// Each is opened for the direction that it is not used in, so that reading and writing fail as before.
  static func occupy() {
    for (descriptor, mode) in [(STDIN_FILENO, O_WRONLY), (STDOUT_FILENO, O_RDONLY), (STDERR_FILENO, O_RDONLY)]
    where fcntl(descriptor, F_GETFD) == -1 {
      // The lowest free number is taken, which is this one.
      _ = open("/dev/null", mode)
    }
  }
}
