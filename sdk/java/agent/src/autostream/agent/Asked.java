package autostream.agent;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Properties;

/**
 * A folder in which others leave options for the agent, each as a file NAME.ask, and find what is changed then in NAME.told:
 * the properties of the agent, as the attach protocol would write them. The folder is the container's own, so that whoever
 * may write there may run programs beside the JVM as well.
 */
final class Asked implements Runnable {
    private static final String ASK = ".ask";
    private static final String TOLD = ".told";
    private static final long LOOK_MILLIS = 100;

    private final File folder;

    Asked(String folder) {
        this.folder = new File(folder);
    }

    /** Looks into the folder for as long as the JVM runs. */
    void start() {
        Thread looking = new Thread(this, "autostream-asked");
        looking.setDaemon(true);
        looking.start();
    }

    @Override
    public void run() {
        while (true) {
            try {
                Thread.sleep(LOOK_MILLIS);
                look();
            } catch (InterruptedException | IOException | RuntimeException | LinkageError e) {
                // Who asked hears nothing, and does otherwise.
            }
        }
    }

    private void look() throws IOException {
        String[] names = folder.list((in, name) -> name.endsWith(ASK));
        if (names == null) {
            return;
        }
        for (String name : names) {
            Path ask = folder.toPath().resolve(name);
            String options = new String(Files.readAllBytes(ask), StandardCharsets.UTF_8);
            Files.delete(ask); // who takes it back is told that it was taken
            Agent.obey(options.trim());
            tell(name.substring(0, name.length() - ASK.length()));
        }
    }

    private void tell(String name) throws IOException {
        Properties state = new Properties();
        for (String property : System.getProperties().stringPropertyNames()) {
            if (property.equals(Agent.PROBLEM) || property.startsWith(Change.PROPERTY)) {
                state.setProperty(property, System.getProperty(property, ""));
            }
        }
        Path part = folder.toPath().resolve(name + ".part");
        try (OutputStream out = Files.newOutputStream(part)) {
            state.store(out, null);
        }
        Files.move(part, folder.toPath().resolve(name + TOLD), StandardCopyOption.ATOMIC_MOVE);
    }
}
