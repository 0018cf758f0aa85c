package org.vemmio.emulator.recording.file;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.vemmio.emulator.input.Limits;
import org.vemmio.emulator.memory.LinearMemory;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonToken;
import tools.jackson.core.exc.JacksonIOException;

/// Walks over the values of a file of JSON objects, one a line, and knows the forms in which a recording writes numbers
/// and bytes. For one thread.
///
/// Lines are read by [PlainTokens] as long as there is nothing to say of them; where one is not plain, or is wrong,
/// methods throw [NotPlainException], and [#lookCloser] has a parser read it. Then a value that is not of the form asked
/// for is a [RecordingException]; for JSON that is none, and for input that cannot be read, methods throw
/// [JacksonException], of which [#unreadable] makes one.
final class JsonCursor implements AutoCloseable {
    private static final String NUMBER = "a string such as \"0x1f\"";
    private static final String BYTES = "a string of hexadecimal digits such as \"8b07\"";
    private static final int SHOWN = 40;
    /// How many bytes the widest number has.
    private static final int WIDEST = 64;

    private final String file;
    private final LineBlock lines;
    private final PlainTokens plain = new PlainTokens();
    private Tokens json = plain;
    /// Null as long as lines are plain.
    private @Nullable ParsedTokens parsed;
    private Extent extent = Extent.PLAIN;
    /// Whether the line that was entered last is to be entered again.
    private boolean again;
    private int line;
    private int lineBefore;
    private int entries;

    /// What the parser has been given.
    private enum Extent { PLAIN, LINE, REST }

    JsonCursor(String file, InputStream in) {
        this.file = file;
        this.lines = new LineBlock(in);
    }

    @Override
    public void close() {
        try {
            lines.close();
        } catch (IOException e) {
            throw JacksonIOException.construct(e);
        }
    }

    // Lines and objects

    /// Returns the line of the object entered last, or 0.
    int line() {
        return line;
    }

    /// Has a parser look at a line that was not plain, or was wrong, so that [#nextLine] enters it again; first at the
    /// line alone, then, for the place of what is wrong and for an object that ends on another line, at all that is
    /// left. Returns whether there was more to be done.
    boolean lookCloser() {
        if (extent == Extent.REST) {
            return false;
        }
        boolean alone = extent == Extent.PLAIN && lines.standsAlone();
        extent = alone ? Extent.LINE : Extent.REST;
        line = lineBefore;
        parsed = null;
        parsed = new ParsedTokens(alone ? lines.alone() : lines.withRest(), lines.linesBefore());
        json = parsed;
        again = true;
        return true;
    }

    /// Returns whether there are tokens yet of what [#lookCloser] looks at.
    boolean hasParser() {
        return parsed != null;
    }

    /// Demands that what follows in the object stands on its line.
    private void demandSameLine() {
        if (extent == Extent.REST && parsed().tokenLine() != line) {
            throw goesOn();
        }
    }

    private RecordingException goesOn() {
        return wrongLine("the object goes on behind the end of the line; a line holds a whole JSON object");
    }

    private void countEntry() {
        if (++entries > Limits.RECORDING_ENTRIES) {
            throw wrongLine("the line has more than %,d entries of lists, which is the most"
                    .formatted(Limits.RECORDING_ENTRIES));
        }
    }

    /// Enters the object on the next line that is not empty, or returns false at the end of the file.
    ///
    /// @throws NotPlainException like all other methods, where [#lookCloser] may help
    boolean nextLine() {
        lineBefore = line;
        entries = 0;
        if (extent != Extent.REST && !again) {
            extent = Extent.PLAIN;
            parsed = null;
            json = plain;
            return nextPlainLine();
        }
        again = false;
        JsonToken token = json.next();
        if (token == null) {
            return false;
        }
        line = parsed().tokenLine();
        if (line == lineBefore) {
            throw wrong("something follows the object on this line; a line holds one JSON object");
        }
        if (token != JsonToken.START_OBJECT) {
            throw wrong("this is " + describe(token) + "; a line holds an object");
        }
        return true;
    }

    private boolean nextPlainLine() {
        do {
            if (!lines.next()) {
                return false;
            }
        } while (!plain.begin(lines.bytes(), lines.start(), lines.end()));
        line = lines.number();
        if (plain.next() != JsonToken.START_OBJECT) {
            throw NotPlainException.INSTANCE;
        }
        return true;
    }

    /// Demands that the object just left ended on the line on which it began.
    void endLine() {
        switch (extent) {
            case PLAIN -> demandPlain(plain.isAtEnd());
            case LINE -> demandPlain(json.next() == null);
            case REST -> {
                if (parsed().tokenLine() != line) {
                    throw goesOn();
                }
            }
        }
    }

    private static void demandPlain(boolean plain) {
        if (!plain) {
            throw NotPlainException.INSTANCE;
        }
    }

    private ParsedTokens parsed() {
        if (parsed == null) {
            throw NotPlainException.INSTANCE;
        }
        return parsed;
    }

    /// Goes to the next key of an object and its value, and returns the key, or null at the object's end.
    @Nullable String nextKey() {
        String key = json.nextName();
        if (key != null) {
            demandSameLine();
            json.next();
        }
        return key;
    }

    /// Passes over the value.
    void skip() {
        json.skip();
    }

    void enterObject(String key) {
        demand(key, JsonToken.START_OBJECT, "an object");
    }

    void enterList(String key) {
        demand(key, JsonToken.START_ARRAY, "a list");
    }

    /// Goes to the next object of a list and enters it, or returns false at the list's end.
    boolean nextObject(String key) {
        JsonToken token = json.next();
        demandSameLine();
        countEntry();
        if (token != JsonToken.END_ARRAY && token != JsonToken.START_OBJECT) {
            throw wrong("\"%s\" holds %s; it would be a list of objects".formatted(key, describe(token)));
        }
        return token == JsonToken.START_OBJECT;
    }

    // Values

    String string(String key) {
        demand(key, JsonToken.VALUE_STRING, "a string");
        return json.string();
    }

    /// Reads a string that is the name of one of `choices`.
    <T> T choice(String key, List<T> choices, Function<T, String> name) {
        if (json.current() == JsonToken.VALUE_STRING) {
            String given = json.string();
            for (T choice : choices) {
                if (name.apply(choice).equals(given)) {
                    return choice;
                }
            }
        }
        throw wrongValue(key, "one of " + choices.stream().map(name).collect(Collectors.joining(", ")));
    }

    boolean bool(String key) {
        JsonToken token = json.current();
        if (token != JsonToken.VALUE_TRUE && token != JsonToken.VALUE_FALSE) {
            throw wrongValue(key, "true or false");
        }
        return token == JsonToken.VALUE_TRUE;
    }

    /// Reads a whole JSON number from `least` to `most`.
    long integer(String key, long least, long most) {
        if (json.current() != JsonToken.VALUE_NUMBER_INT
                || !json.isLong()
                || json.number() < least || json.number() > most) {
            throw wrongValue(key, most == Long.MAX_VALUE ? "a whole number, at least " + least
                    : "a whole number from %d to %d".formatted(least, most));
        }
        return json.number();
    }

    /// Reads a number of up to 64 bits, written as a string of 0x and lower-case hexadecimal digits.
    long number(String key) {
        demand(key, JsonToken.VALUE_STRING, NUMBER);
        demandNumber(key, Long.SIZE);
        return HexDigits.value(json.text(), json.textStart() + 2, json.textLength() - 2);
    }

    /// Reads a guest-physical address, written as [#number].
    long gpa(String key) {
        long address = number(key);
        if (address < 0 || address >= LinearMemory.GPA_END) {
            throw wrongValue(key, "a guest-physical address, below 0x" + Long.toHexString(LinearMemory.GPA_END));
        }
        return address;
    }

    /// Reads a whole number from 0 to `most`, as a JSON number or as that of [#number].
    long integerOrNumber(String key, long most) {
        if (json.current() != JsonToken.VALUE_STRING) {
            return integer(key, 0, most);
        }
        long value = number(key);
        if (Long.compareUnsigned(value, most) > 0) {
            throw wrongValue(key, "at most 0x" + Long.toHexString(most));
        }
        return value;
    }

    /// Reads a list of strings.
    List<String> strings(String key) {
        List<String> strings = new ArrayList<>();
        enterList(key);
        for (JsonToken token = json.next(); token != JsonToken.END_ARRAY; token = json.next()) {
            if (token != JsonToken.VALUE_STRING) {
                throw wrong("\"%s\" holds %s; it would be a list of strings".formatted(key, describe(token)));
            }
            demandSameLine();
            countEntry();
            strings.add(json.string());
        }
        return strings;
    }

    /// Reads a number of up to 512 bits, written as that of [#number], as 64 bytes, the lowest first.
    byte[] wideNumber(String key) {
        demand(key, JsonToken.VALUE_STRING, NUMBER);
        demandNumber(key, Byte.SIZE * WIDEST);
        return HexDigits.number(json.text(), json.textStart() + 2, json.textLength() - 2, WIDEST);
    }

    private void demandNumber(String key, int bits) {
        String problem = HexDigits.problem(json.text(), json.textStart(), json.textLength(), bits);
        if (!problem.isEmpty()) {
            throw wrongValue(key, problem);
        }
    }

    /// Reads bytes in memory order, written as a string of lower-case hexadecimal digits.
    byte[] bytes(String key) {
        demand(key, JsonToken.VALUE_STRING, BYTES);
        byte[] text = json.text();
        int start = json.textStart();
        int length = json.textLength();
        if (!HexDigits.areAll(text, start, length)) {
            throw wrongValue(key, "lower-case hexadecimal digits, such as \"8b07\"");
        }
        if (length % 2 != 0) {
            throw wrong("\"%s\" has %d hexadecimal digits; two make a byte".formatted(key, length));
        }
        return HexDigits.bytes(text, start, length);
    }

    // Errors

    private void demand(String key, JsonToken token, String form) {
        if (json.current() != token) {
            throw wrongValue(key, form);
        }
    }

    private RecordingException wrongValue(String key, String form) {
        parsed();
        return wrong("\"%s\" is %s; it would be %s".formatted(key, given(), form));
    }

    private String given() {
        JsonToken token = json.current();
        if (token == null || !token.isScalarValue()) {
            return describe(token);
        }
        String text = json.string();
        String shown = (text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "…").replaceAll("\\p{Cntrl}", "?");
        return token == JsonToken.VALUE_STRING ? "\"" + shown + "\"" : shown;
    }

    /// Makes an exception about the value where the cursor is.
    RecordingException wrong(String problem) {
        return new RecordingException(file, line, parsed().tokenColumn(), problem, null);
    }

    /// Makes an exception about the line as a whole.
    RecordingException wrongLine(String problem) {
        parsed();
        return new RecordingException(file, line, 0, problem, null);
    }

    /// Makes an exception of what the JSON parser or its input threw.
    RecordingException unreadable(JacksonException e) {
        boolean input = e.getCause() instanceof IOException;
        return new RecordingException(file, parsed().line(), input ? 0 : parsed().column(), ParserProblem.of(e), e);
    }

    private static String describe(@Nullable JsonToken token) {
        return switch (token) {
            case START_OBJECT, END_OBJECT -> "an object";
            case START_ARRAY, END_ARRAY -> "a list";
            case VALUE_STRING -> "a string";
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "a number";
            case VALUE_TRUE, VALUE_FALSE -> "a truth value";
            case null, default -> "null";
        };
    }
}
