package org.vemmio.emulator.recording.file;

import java.io.EOFException;
import java.io.IOException;
import java.util.regex.Pattern;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;
import org.vemmio.emulator.input.Limits;
import tools.jackson.core.JacksonException;
import tools.jackson.core.exc.StreamConstraintsException;

/// What the JSON parser and the input below it throw, in words for those who know neither.
final class ParserProblem {
    /// What the parser says about bounds and options of its own.
    private static final Pattern BOUND = Pattern.compile(", from `[^`]*`\\)");
    private static final Pattern OPTION = Pattern.compile(": [^:]*`JsonReadFeature.*");

    private ParserProblem() {
    }

    static String of(JacksonException e) {
        if (e.getCause() instanceof IOException input) {
            return of(input);
        }
        String problem = oneLine(e.getOriginalMessage());
        if (e instanceof StreamConstraintsException) {
            return problem.contains("depth") ? "more than %d lists and objects stand in one another, which is the most"
                    .formatted(Limits.RECORDING_DEPTH) : BOUND.matcher(problem).replaceFirst(")");
        }
        return problem.startsWith("Unexpected end-of-input") ? "the file ends within an object; it has been cut off"
                : "malformed JSON: " + OPTION.matcher(problem).replaceFirst("");
    }

    static String of(IOException e) {
        return switch (e) {
            case LineBlock.TooLongException _ -> "the line has more than %,d bytes, which is the most"
                    .formatted(Limits.RECORDING_LINE);
            case EOFException _ -> "the compressed data end too early; the file has been cut off";
            case ZipException _ -> "the compressed data are damaged: " + oneLine(e.getMessage());
            default -> "reading failed: " + oneLine(e.getMessage());
        };
    }

    private static String oneLine(@Nullable String message) {
        return message == null ? "no reason is known" : message.lines().findFirst().orElse("");
    }
}
