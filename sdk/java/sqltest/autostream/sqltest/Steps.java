package autostream.sqltest;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/**
 * Keeps the sources of one case in step. Rows of two tables have no order in Flink; a checkpoint does: when one completes that
 * was taken after all sources had given a step's rows, all of them have arrived wherever they go. Only then the next step
 * begins, and after the last one a file says that nothing more will come. The sources of a job share a class loader and one
 * TaskManager, hence a static field.
 */
final class Steps {
    private static final Map<String, Steps> ALL = new ConcurrentHashMap<>();

    private final Path folder;
    private final Set<FeedReader> readers = new HashSet<>();
    private int current;
    private boolean pausing;

    private Steps(String folder) {
        this.folder = Path.of(folder);
    }

    static Steps of(String folder) {
        return ALL.computeIfAbsent(folder, Steps::new);
    }

    synchronized void join(FeedReader reader) {
        readers.add(reader);
    }

    synchronized void leave(FeedReader reader) {
        readers.remove(reader);
    }

    synchronized int current() {
        return current;
    }

    synchronized void completed(long checkpoint) {
        if (pausing || readers.isEmpty() || readers.stream().anyMatch(reader -> reader.doneAt(checkpoint) < current)) {
            return;
        }
        pausing = true;
        try {
            Path done = folder.resolve("step-" + current);
            if (!Files.exists(done)) {
                Files.write(done, new byte[0], StandardOpenOption.CREATE);
            }
            Path pause = folder.resolve("pause-" + current);
            long millis = Files.exists(pause) ? Long.parseLong(Files.readString(pause).trim()) : 0;
            Executor executor = millis == 0 ? Runnable::run : CompletableFuture.delayedExecutor(millis, TimeUnit.MILLISECONDS);
            executor.execute(this::advance);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private synchronized void advance() {
        current++;
        pausing = false;
        readers.forEach(FeedReader::wake);
    }
}
