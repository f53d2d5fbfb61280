package sick;

/** The version that Conflict is compiled with. */
final class Library {
  static long answer() {
    return 42;
  }
}
