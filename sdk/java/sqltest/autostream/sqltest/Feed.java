package autostream.sqltest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.JsonNode;

/**
 * What a table gives, line by line: a row {"k":"+I","r":{…}}, {"watermark":millis}, {"idle":true}, {"step":1} from where on the
 * rows of the case's next step stand, and at the end {"end":true} or {"hold":true}.
 */
final class Feed {
    final List<JsonNode> lines = new ArrayList<>();
    /** The watermarks are those of the file, not those of the table's declaration. */
    final boolean ownWatermarks;

    /** The stream ends behind the last line. */
    final boolean ends;

    private Feed(Path file) throws IOException {
        boolean own = false;
        for (String line : Files.readAllLines(file)) {
            JsonNode node = Shape.JSON.readTree(line);
            own |= node.has("watermark");
            lines.add(node);
        }
        ownWatermarks = own;
        ends = !lines.get(lines.size() - 1).has("hold");
    }

    static Feed of(String folder, String name) throws IOException {
        return new Feed(Chain.of(folder).current().resolve(name + ".feed"));
    }
}
