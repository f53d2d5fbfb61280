package sick;

/** The version that is in the jar. */
final class Library {
  static int reply() {
    return 42;
  }
}
