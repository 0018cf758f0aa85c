package org.vemmio.emulator.cli;

import java.io.PrintWriter;
import java.util.function.Consumer;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.util.DefaultPrettyPrinter;
import tools.jackson.databind.json.JsonMapper;

/// Writes one JSON object, indented, to the command's output.
final class Json {
    private Json() {
    }

    static void write(PrintWriter out, Consumer<JsonGenerator> members) {
        JsonMapper mapper = JsonMapper.builder().disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
                .defaultPrettyPrinter(new DefaultPrettyPrinter()).build();
        try (JsonGenerator json = mapper.writerWithDefaultPrettyPrinter().createGenerator(out)) {
            json.writeStartObject();
            members.accept(json);
            json.writeEndObject();
        }
        out.println();
    }
}
