package autostream.agent;

import java.lang.instrument.Instrumentation;

/**
 * Changes the levels of loggers inside a JVM of Flink, for a time, at the end of which the JVM itself changes them back.
 *
 * <p>It is loaded when the JVM starts (-javaagent) or later, through the attach protocol, as often as there is something to
 * do. Its options are words with a semicolon between them:
 *
 * <pre>
 *   set:LOGGER=LEVEL@UNTIL    UNTIL in milliseconds since 1970; the root logger is called root
 *   reset:LOGGER              now; LOGGER * is all of them
 *   file:PATH                 does what that file says from now on, set: alone; what it says no more is changed back
 *   hadoop:URI                the same with a file that Hadoop's client reads
 *   asked:FOLDER              does what files there ask for from now on, and answers there
 * </pre>
 *
 * <p>What is changed stands in system properties, which the attach protocol can read: autostream.log-level.LOGGER is
 * "LEVEL WAS UNTIL PLACES", and autostream.agent.problem is what went wrong with the last options, or empty. The thread that
 * sees to the changes is called autostream-log-levels and, each with a semicolon, LOGGER=LEVEL WAS UNTIL PLACES. The agent uses
 * the JDK alone; the logging library is reached by reflection. It never throws: that would end a JVM that is starting.
 */
public final class Agent {
    static final String PROBLEM = "autostream.agent.problem";
    private static Levels levels;

    private Agent() {}

    public static void premain(String options, Instrumentation jvm) {
        load(options, jvm);
    }

    public static void agentmain(String options, Instrumentation jvm) {
        load(options, jvm);
    }

    private static synchronized void load(String options, Instrumentation jvm) {
        try {
            if (levels == null) {
                loadAll();
                levels = new Levels(jvm);
            }
            obey(options);
        } catch (Exception | LinkageError e) {
            System.setProperty(PROBLEM, e.toString());
        }
    }

    /** Does what the options say. The agent is loaded. */
    static synchronized void obey(String options) {
        try {
            System.setProperty(PROBLEM, "");
            for (String word : options == null ? new String[0] : options.split(";")) {
                if (!word.isEmpty()) {
                    levels.run(word);
                }
            }
        } catch (RuntimeException | LinkageError e) {
            System.setProperty(PROBLEM, e.toString());
        }
    }

    /** Loads every class of the agent: its jar is taken away as soon as it is loaded. */
    private static void loadAll() throws ClassNotFoundException {
        for (String name : new String[] {"Levels", "Listed", "Listed$Text", "Asked", "Hadoop", "Change", "Backend", "Log4j", "Log4j$Step", "Logback"}) {
            Class.forName("autostream.agent." + name, true, Agent.class.getClassLoader());
        }
    }
}
