package autostream.sqltest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Cases that one job runs one behind the other, which spares planning it for each. When the last sink has seen the end of a
 * case, all sinks fail: Flink starts the job again, with empty state, and its sources find the next case. After the last case
 * nothing fails and the job ends. A folder is one case, or has a file "chain" (how many cases, how many sinks) and a folder for
 * each case. Class loaders do not outlive a restart, so all of this is told by files.
 */
final class Chain {
    private final Path root;
    private final int cases; // 0 where the folder is one case
    private final int sinks;
    private final int index;

    private Chain(Path root, int cases, int sinks) {
        this.root = root;
        this.cases = cases;
        this.sinks = sinks;
        int next = 0;
        while (next < cases - 1 && Files.exists(root.resolve(next + "/done"))) {
            next++;
        }
        this.index = next;
    }

    static Chain of(String folder) throws IOException {
        Path root = Path.of(folder);
        Path file = root.resolve("chain");
        if (!Files.exists(file)) {
            return new Chain(root, 0, 0);
        }
        String[] words = Files.readString(file).trim().split(" ");
        return new Chain(root, Integer.parseInt(words[0]), Integer.parseInt(words[1]));
    }

    /** The folder of the case that is run now. */
    Path current() {
        return cases == 0 ? root : root.resolve(Integer.toString(index));
    }

    /** Notes that a sink begins. More beginnings than sinks tell that something else failed on the way. */
    void opened() throws IOException {
        note("opened-");
    }

    /** Notes that a sink has seen the end, waits for the others, and asks for the next case. */
    void ended() throws Exception {
        if (cases == 0) {
            return;
        }
        note("ended-");
        while (count("ended-") < sinks) {
            Thread.sleep(2); // interrupted when the task is cancelled
        }
        Path done = current().resolve("done");
        if (!Files.exists(done)) {
            try {
                Files.createFile(done);
            } catch (java.nio.file.FileAlreadyExistsException e) {
                // by another sink, just now
            }
        }
        if (index < cases - 1) {
            throw new NextCase();
        }
    }

    private void note(String what) throws IOException {
        if (cases > 0) {
            Files.createFile(current().resolve(what + UUID.randomUUID()));
        }
    }

    private long count(String what) throws IOException {
        try (Stream<Path> files = Files.list(current())) {
            return files.filter(file -> file.getFileName().toString().startsWith(what)).count();
        }
    }

    /** Makes Flink start the job again. */
    static final class NextCase extends Exception {
        private static final long serialVersionUID = 1;

        NextCase() {
            super("the next test case begins", null, false, false);
        }
    }
}
