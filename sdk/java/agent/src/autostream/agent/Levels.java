package autostream.agent;

import java.lang.instrument.Instrumentation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The changes that are in force. As long as there are any, a thread sees to them; without any, nothing is left running. */
final class Levels implements Runnable {
    static final String SET = "set:";
    private static final String RESET = "reset:";
    private static final String FILE = "file:";
    private static final String HADOOP = "hadoop:";
    private static final String ASKED = "asked:";

    private static final String THREAD = "autostream-log-levels";

    /** Between two looks: at the time, and at whether the configuration of logging was read again. */
    private static final long LOOK_MILLIS = 250;

    /** Between two looks at a file. Another machine is asked for less of them: many processes do. */
    private static final long FILE_MILLIS = 1000;
    private static final long HADOOP_MILLIS = 15_000;

    private final Instrumentation jvm;
    private final Map<String, Change> changes = new TreeMap<>();
    private Thread looking;

    Levels(Instrumentation jvm) {
        this.jvm = jvm;
    }

    /** Does what a word of the options says. */
    synchronized void run(String word) {
        int equals = word.lastIndexOf('=');
        int at = word.lastIndexOf('@');
        if (word.startsWith(SET) && equals > 0 && at > equals) {
            String logger = word.substring(SET.length(), equals);
            set(logger, word.substring(equals + 1, at), Long.parseLong(word.substring(at + 1)));
        } else if (word.startsWith(RESET)) {
            reset(word.substring(RESET.length()));
        } else if (word.startsWith(FILE)) {
            Listed listed = new Listed(Listed.here(word.substring(FILE.length())), FILE_MILLIS, this);
            listed.read();
            listed.start();
        } else if (word.startsWith(HADOOP)) {
            new Listed(new Hadoop(word.substring(HADOOP.length()), jvm), HADOOP_MILLIS, this).start();
        } else if (word.startsWith(ASKED)) {
            new Asked(word.substring(ASKED.length())).start();
        } else {
            throw new IllegalArgumentException(word);
        }
    }

    private void set(String logger, String level, long until) {
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
            looking = new Thread(this, THREAD);
            looking.setDaemon(true);
            looking.start();
        }
        tell();
    }

    /** Has the thread be called by what is changed, for those who see no more of the JVM than a thread dump. */
    private void tell() {
        StringBuilder name = new StringBuilder(THREAD);
        for (Change change : changes.values()) {
            name.append(' ').append(change.logger).append('=').append(change).append(';');
        }
        if (looking != null && !looking.getName().contentEquals(name)) {
            looking.setName(name.toString());
        }
    }

    synchronized void reset(String logger) {
        for (String name : new ArrayList<>(changes.keySet())) {
            if (logger.equals("*") || logger.equals(name)) {
                changes.remove(name).revert();
            }
        }
        tell();
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
            System.setProperty(Agent.PROBLEM, e.toString());
        }
        tell();
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
