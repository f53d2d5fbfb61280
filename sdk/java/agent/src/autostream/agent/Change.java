package autostream.agent;

import java.util.IdentityHashMap;
import java.util.Map;

/** One logger whose level is changed for a time, in every configuration of the logging library that there is. */
final class Change {
    static final String PROPERTY = "autostream.log-level.";

    final String logger;
    String level;
    long until;

    /** By configuration: how to change the level back. A configuration that was read again is another one. */
    private final Map<Object, Runnable> undo = new IdentityHashMap<>();

    private String was = "";

    Change(String logger) {
        this.logger = logger;
    }

    /** Changes the level in the configurations in which it is not changed yet, or in all of them. */
    void apply(Iterable<Backend> backends, boolean again) throws ReflectiveOperationException {
        for (Backend backend : backends) {
            Object configuration = backend.configuration();
            boolean known = undo.containsKey(configuration);
            if (known && !again) {
                continue;
            }
            if (!known) {
                was = backend.levelOf(logger);
                undo.put(configuration, backend.undo(logger));
            }
            backend.change(logger, level);
        }
        System.setProperty(PROPERTY + logger, toString());
    }

    /** What is changed, as others read it. */
    @Override
    public String toString() {
        return level + " " + was + " " + until + " " + undo.size();
    }

    /** Changes the level back to what it was. */
    void revert() {
        for (Runnable step : undo.values()) {
            step.run();
        }
        System.clearProperty(PROPERTY + logger);
    }
}
