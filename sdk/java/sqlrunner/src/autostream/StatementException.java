package autostream;

/** Says which statement of a script Flink refused. AutoStream reads the number from the message. */
public final class StatementException extends Exception {
    private static final long serialVersionUID = 1L;

    StatementException(int number, Throwable cause) {
        super("statement " + number, cause);
    }
}
