package org.vemmio.decoder;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;

/// A line of a file of expectations: fields between bars, of which the first two are the mode and the bytes.
record Golden(List<String> fields, String line) {
    /// {@return the lines of a file beside the tests, without empty ones and comments}
    static List<Golden> lines(String file) {
        try (InputStream in = Objects.requireNonNull(Golden.class.getResourceAsStream(file), file);
                BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            return lines.lines().filter(line -> !line.isEmpty() && !line.startsWith("#")).map(Golden::of).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Golden of(String line) {
        return new Golden(Arrays.asList(line.split(" \\| ")), line);
    }

    CodeMode mode() {
        return CodeMode.of(Integer.parseInt(fields.get(0)));
    }

    byte[] code() {
        return HexFormat.of().parseHex(fields.get(1));
    }

    @Override
    public String toString() {
        return line;
    }
}
