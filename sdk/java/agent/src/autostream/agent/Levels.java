package autostream.agent;

import java.lang.instrument.Instrumentation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The changes that are in force. As long as there are any, a thread sees to them; without any, nothing is left running. */
final class Levels implements Runnable {
    /** Between two looks: at the time, and at whether the configuration of logging was read again. */
    private static final long LOOK_MILLIS = 250;

    private final Instrumentation jvm;
    private final Map<String, Change> changes = new TreeMap<>();
    private Thread looking;

    Levels(Instrumentation jvm) {
        this.jvm = jvm;
    }

    synchronized void set(String logger, String level, long until) {
        Change change = changes.get(logger);
        if (until <= System.currentTimeMillis()) {
            return;
        }
        if (change == null) {
            change = new Change(logger);
            changes.put(logger, change);
        }
        change.level = level;
        change.until = until;
        try {
            change.apply(backends(), true);
        } catch (ReflectiveOperationException | RuntimeException e) {
            changes.remove(logger);
            change.revert();
            throw new IllegalStateException(e);
        }
        if (looking == null) {
            looking = new Thread(this, "autostream-log-levels");
            looking.setDaemon(true);
            looking.start();
        }
    }

    synchronized void reset(String logger) {
        for (String name : new ArrayList<>(changes.keySet())) {
            if (logger.equals("*") || logger.equals(name)) {
                changes.remove(name).revert();
            }
        }
    }

    @Override
    public void run() {
        while (look()) {
            try {
                Thread.sleep(LOOK_MILLIS);
            } catch (InterruptedException e) {
                // Nobody has a reason to; going on is safer than leaving a level as it is.
            }
        }
    }

    /** Reverts what is over, applies what is not yet everywhere. False when nothing is left to do. */
    private synchronized boolean look() {
        List<Change> left = new ArrayList<>(changes.values());
        for (Change change : left) {
            if (System.currentTimeMillis() >= change.until) {
                changes.remove(change.logger);
                change.revert();
            }
        }
        if (changes.isEmpty()) {
            looking = null;
            return false;
        }
        try {
            List<Backend> backends = backends();
            for (Change change : changes.values()) {
                change.apply(backends, false);
            }
        } catch (ReflectiveOperationException | RuntimeException | LinkageError e) {
            System.setProperty("autostream.agent.problem", e.toString());
        }
        return true;
    }

    /** Every place where the JVM keeps levels of loggers. Plugins and user code may have libraries of their own. */
    private List<Backend> backends() throws ReflectiveOperationException {
        List<Backend> found = new ArrayList<>();
        for (Class<?> type : jvm.getAllLoadedClasses()) {
            if (type.getName().equals(Log4j.CONTEXT)) {
                Log4j.addAll(type.getClassLoader(), found);
            } else if (type.getName().equals(Logback.CONTEXT)) {
                Logback.addAll(type.getClassLoader(), found);
            }
        }
        return found;
    }
}
