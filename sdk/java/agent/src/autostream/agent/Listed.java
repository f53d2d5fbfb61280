package autostream.agent;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.Set;
import java.util.TreeSet;

/**
 * Levels that stand in a file, which others write: nobody has to reach the JVM to change them, and a JVM that starts later
 * begins with them. What was changed otherwise stays as it is until the file changes. It has a thread of its own, because
 * reading may take long, and levels are to be changed back in time all the same.
 */
final class Listed implements Runnable {
    /** What reads the file: its text, or null when it is too early to. */
    interface Text {
        String read() throws IOException, ReflectiveOperationException;
    }

    private static final long EARLY_MILLIS = 1000;

    private final Text file;
    private final long pauseMillis;
    private final Levels levels;
    private String text = "";
    private Set<String> loggers = new TreeSet<>();

    Listed(Text file, long pauseMillis, Levels levels) {
        this.file = file;
        this.pauseMillis = pauseMillis;
        this.levels = levels;
    }

    /** A file of this machine, such as one of a ConfigMap that is mounted. */
    static Text here(String name) {
        Path path = Paths.get(name);
        return () -> new String(Files.readAllBytes(path), StandardCharsets.UTF_8);
    }

    /** Looks at the file for as long as the JVM runs. */
    void start() {
        Thread looking = new Thread(this, "autostream-levels-read");
        looking.setDaemon(true);
        looking.start();
    }

    @Override
    public void run() {
        long pause = EARLY_MILLIS;
        while (true) {
            try {
                Thread.sleep(pause);
            } catch (InterruptedException e) {
                continue; // nobody has a reason to
            }
            pause = read() ? pauseMillis : EARLY_MILLIS;
        }
    }

    /** Does what the file says, when it says something else than before. False when it is too early to read it. */
    boolean read() {
        String now;
        try {
            now = file.read();
        } catch (IOException | ReflectiveOperationException | RuntimeException | LinkageError e) {
            return true; // it may be there the next time; what is changed has an end of its own
        }
        if (now != null && !now.trim().equals(text)) {
            follow(now.trim());
        }
        return now != null;
    }

    private void follow(String now) {
        text = now;
        Set<String> before = loggers;
        loggers = new TreeSet<>();
        for (String word : text.split(";")) {
            int equals = word.lastIndexOf('=');
            if (word.startsWith(Levels.SET) && equals > 0) {
                loggers.add(word.substring(Levels.SET.length(), equals));
                run(word);
            }
        }
        before.removeAll(loggers);
        for (String logger : before) {
            levels.reset(logger);
        }
    }

    private void run(String word) {
        try {
            levels.run(word);
        } catch (RuntimeException | LinkageError e) {
            System.setProperty(Agent.PROBLEM, e.toString());
        }
    }
}
