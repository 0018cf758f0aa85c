package org.vemmio.emulator.cli;

import java.io.PrintWriter;
import java.util.function.Consumer;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.PrettyPrinter;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.util.DefaultPrettyPrinter;

/// Writes one JSON object, indented, to the command's output.
final class Json {
    private static final JsonFactory FACTORY =
            JsonFactory.builder().disable(StreamWriteFeature.AUTO_CLOSE_TARGET).build();

    private Json() {
    }

    /// Writes an object.
    ///
    /// @param kind what the object tells of, its member `vemmio`
    /// @param version of that kind of object
    /// @param members writes the other members
    static void write(PrintWriter out, String kind, int version, Consumer<JsonGenerator> members) {
        try (JsonGenerator json = FACTORY.createGenerator(new Indented(), out)) {
            json.writeStartObject();
            json.writeStringProperty("vemmio", kind);
            json.writeNumberProperty("version", version);
            members.accept(json);
            json.writeEndObject();
        }
        out.println();
    }

    /// Writes a value on a line of its own.
    static void line(PrintWriter out, Consumer<JsonGenerator> value) {
        try (JsonGenerator json = FACTORY.createGenerator(ObjectWriteContext.empty(), out)) {
            value.accept(json);
        }
        out.println();
    }

    /// Writes an object that is JSON already.
    static void object(JsonGenerator json, String object) {
        try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), object)) {
            parser.nextToken();
            json.copyCurrentStructure(parser);
        }
    }

    private static final class Indented extends ObjectWriteContext.Base {
        @Override
        public PrettyPrinter getPrettyPrinter() {
            return new DefaultPrettyPrinter();
        }

        @Override
        public boolean hasPrettyPrinter() {
            return true;
        }
    }
}
