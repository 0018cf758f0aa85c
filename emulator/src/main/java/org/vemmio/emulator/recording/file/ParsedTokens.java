package org.vemmio.emulator.recording.file;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.vemmio.emulator.input.Limits;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;

/// Any JSON, in any encoding it may have, with the place of what is wrong in it. For one thread.
///
/// Methods throw a [tools.jackson.core.JacksonException] for JSON that is none, and for input that cannot be read.
final class ParsedTokens implements Tokens {
    /// The most digits of a number: more than any that is taken has, and few enough to be read at once.
    private static final int NUMBER = 1000;
    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(Limits.RECORDING_DEPTH)
                    .maxStringLength(Limits.RECORDING_LINE).maxNameLength(Limits.RECORDING_LINE)
                    .maxNumberLength(NUMBER).build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

    private final JsonParser json;
    private final int linesBefore;
    private byte[] text = {};

    /// Begins to read.
    ///
    /// @param linesBefore what is added to the numbers of lines
    ParsedTokens(InputStream in, int linesBefore) {
        this.json = JSON.createParser(ObjectReadContext.empty(), in);
        this.linesBefore = linesBefore;
    }

    @Override
    public @Nullable JsonToken next() {
        return json.nextToken();
    }

    @Override
    public @Nullable String nextName() {
        return json.nextName();
    }

    @Override
    public @Nullable JsonToken current() {
        return json.currentToken();
    }

    @Override
    public void skip() {
        json.skipChildren();
    }

    @Override
    public String string() {
        return json.getString();
    }

    @Override
    public byte[] text() {
        text = json.getString().getBytes(StandardCharsets.ISO_8859_1);
        return text;
    }

    @Override
    public int textStart() {
        return 0;
    }

    @Override
    public int textLength() {
        return text.length;
    }

    @Override
    public boolean isLong() {
        return json.getNumberType() != JsonParser.NumberType.BIG_INTEGER;
    }

    @Override
    public long number() {
        return json.getLongValue();
    }

    /// Returns the line on which the token begins.
    int tokenLine() {
        return linesBefore + json.currentTokenLocation().getLineNr();
    }

    /// Returns the column at which the token begins.
    int tokenColumn() {
        return json.currentTokenLocation().getColumnNr();
    }

    /// Returns the line that has been read last.
    int line() {
        return linesBefore + json.currentLocation().getLineNr();
    }

    /// Returns the column that has been read last.
    int column() {
        TokenStreamLocation location = json.currentLocation();
        return location.getColumnNr();
    }
}
