package autostream.agent;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.Set;
import java.util.TreeSet;

/**
 * Levels that stand in a file, which others write: a ConfigMap that is mounted. Nobody has to reach the JVM to change them,
 * and a JVM that starts later begins with them. What was changed otherwise stays as it is until the file changes.
 */
final class Listed {
    private final Path file;
    private String text = "";
    private Set<String> loggers = new TreeSet<>();

    Listed(String file) {
        this.file = Paths.get(file);
    }

    /** Does what the file says, when it says something else than before. */
    void read(Levels levels) {
        String now;
        try {
            now = new String(Files.readAllBytes(file), StandardCharsets.UTF_8).trim();
        } catch (IOException e) {
            return; // it may be there again in a moment; what is changed has an end of its own
        }
        if (now.equals(text)) {
            return;
        }
        text = now;
        Set<String> before = loggers;
        loggers = new TreeSet<>();
        for (String word : now.split(";")) {
            int equals = word.lastIndexOf('=');
            if (word.startsWith(Levels.SET) && equals > 0) {
                loggers.add(word.substring(Levels.SET.length(), equals));
                levels.run(word);
            }
        }
        before.removeAll(loggers);
        for (String logger : before) {
            levels.reset(logger);
        }
    }
}
