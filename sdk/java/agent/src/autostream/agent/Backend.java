package autostream.agent;

/** A place of a logging library that keeps levels of loggers. */
interface Backend {
    /** What is another object when the configuration was read again. */
    Object configuration();

    /** The level in force for a logger. */
    String levelOf(String logger) throws ReflectiveOperationException;

    /** Notes how a logger is now, and returns what makes it so again. */
    Runnable undo(String logger) throws ReflectiveOperationException;

    void change(String logger, String level) throws ReflectiveOperationException;
}
