package org.vemmio.emulator.recording.file;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;
import org.vemmio.emulator.memory.LinearMemory;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.JacksonIOException;
import tools.jackson.core.json.JsonFactory;

/// Walks over the values of a file of JSON objects, one a line, and knows the forms in which a recording writes numbers
/// and bytes. For one thread.
///
/// A value that is not of the form asked for is a [RecordingException]; for JSON that is none, and for input that
/// cannot be read, methods throw [JacksonException], of which [#unreadable] makes one.
final class JsonCursor implements AutoCloseable {
    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();
    private static final String NUMBER = "a string such as \"0x1f\"";
    private static final String BYTES = "a string of hexadecimal digits such as \"8b07\"";
    private static final int SHOWN = 40;
    /// What the parser says about options of its own, which are of no use to the reader of a message.
    private static final Pattern PARSER_OPTION = Pattern.compile(": [^:]*`JsonReadFeature.*");

    private final String file;
    private final JsonParser json;
    private int line;

    JsonCursor(String file, InputStream in) {
        this.file = file;
        this.json = JSON.createParser(ObjectReadContext.empty(), in);
    }

    @Override
    public void close() {
        json.close();
    }

    // Lines and objects

    /// Returns the line of the object entered last, or 0.
    int line() {
        return line;
    }

    /// Enters the object on the next line that is not empty, or returns false at the end of the file.
    boolean nextLine() {
        JsonToken token = json.nextToken();
        if (token == null) {
            return false;
        }
        int before = line;
        line = json.currentTokenLocation().getLineNr();
        if (line == before) {
            throw wrong("something follows the object on this line; a line holds one JSON object");
        }
        if (token != JsonToken.START_OBJECT) {
            throw wrong("this is " + describe(token) + "; a line holds an object");
        }
        return true;
    }

    /// Demands that the object just left ended on the line on which it began.
    void endLine() {
        if (json.currentTokenLocation().getLineNr() != line) {
            throw wrongLine("the object goes on behind the end of the line; a line holds a whole JSON object");
        }
    }

    /// Goes to the next key of an object and its value, and returns the key, or null at the object's end.
    @Nullable String nextKey() {
        String key = json.nextName();
        if (key != null) {
            json.nextToken();
        }
        return key;
    }

    /// Passes over the value.
    void skip() {
        json.skipChildren();
    }

    void enterObject(String key) {
        demand(key, JsonToken.START_OBJECT, "an object");
    }

    void enterList(String key) {
        demand(key, JsonToken.START_ARRAY, "a list");
    }

    /// Goes to the next object of a list and enters it, or returns false at the list's end.
    boolean nextObject(String key) {
        JsonToken token = json.nextToken();
        if (token != JsonToken.END_ARRAY && token != JsonToken.START_OBJECT) {
            throw wrong("\"%s\" holds %s; it would be a list of objects".formatted(key, describe(token)));
        }
        return token == JsonToken.START_OBJECT;
    }

    // Values

    String string(String key) {
        demand(key, JsonToken.VALUE_STRING, "a string");
        return json.getString();
    }

    /// Reads a string that is the name of one of `choices`.
    <T> T choice(String key, List<T> choices, Function<T, String> name) {
        if (json.currentToken() == JsonToken.VALUE_STRING) {
            String given = json.getString();
            for (T choice : choices) {
                if (name.apply(choice).equals(given)) {
                    return choice;
                }
            }
        }
        throw wrongValue(key, "one of " + choices.stream().map(name).collect(Collectors.joining(", ")));
    }

    boolean bool(String key) {
        JsonToken token = json.currentToken();
        if (token != JsonToken.VALUE_TRUE && token != JsonToken.VALUE_FALSE) {
            throw wrongValue(key, "true or false");
        }
        return token == JsonToken.VALUE_TRUE;
    }

    /// Reads a whole JSON number from `least` to `most`.
    long integer(String key, long least, long most) {
        if (json.currentToken() != JsonToken.VALUE_NUMBER_INT
                || json.getNumberType() == JsonParser.NumberType.BIG_INTEGER
                || json.getLongValue() < least || json.getLongValue() > most) {
            throw wrongValue(key, most == Long.MAX_VALUE ? "a whole number, at least " + least
                    : "a whole number from %d to %d".formatted(least, most));
        }
        return json.getLongValue();
    }

    /// Reads a number of up to 64 bits, written as a string of 0x and lower-case hexadecimal digits.
    long number(String key) {
        demand(key, JsonToken.VALUE_STRING, NUMBER);
        char[] text = json.getStringCharacters();
        int start = json.getStringOffset();
        int length = json.getStringLength();
        checkNumber(key, text, start, length, Long.SIZE);
        long value = 0;
        for (int i = start + 2; i < start + length; i++) {
            value = value << 4 | HexFormat.fromHexDigit(text[i]);
        }
        return value;
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
        if (json.currentToken() != JsonToken.VALUE_STRING) {
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
        for (JsonToken token = json.nextToken(); token != JsonToken.END_ARRAY; token = json.nextToken()) {
            if (token != JsonToken.VALUE_STRING) {
                throw wrong("\"%s\" holds %s; it would be a list of strings".formatted(key, describe(token)));
            }
            strings.add(json.getString());
        }
        return strings;
    }

    /// Reads a number of up to 512 bits, written as that of [#number], as 64 bytes, the lowest first.
    byte[] wideNumber(String key) {
        demand(key, JsonToken.VALUE_STRING, NUMBER);
        char[] text = json.getStringCharacters();
        int start = json.getStringOffset();
        int length = json.getStringLength();
        byte[] value = new byte[64];
        checkNumber(key, text, start, length, Byte.SIZE * value.length);
        for (int i = 0; i < length - 2; i++) {
            value[i / 2] |= (byte) (HexFormat.fromHexDigit(text[start + length - 1 - i]) << 4 * (i % 2));
        }
        return value;
    }

    private void checkNumber(String key, char[] text, int start, int length, int bits) {
        if (length < 3 || text[start] != '0' || text[start + 1] != 'x') {
            throw wrongValue(key, "a number that begins with 0x, such as \"0x1f\"");
        }
        if (!isLowerHex(text, start + 2, length - 2)) {
            throw wrongValue(key, "0x and lower-case hexadecimal digits, such as \"0x1f\"");
        }
        if (length > 3 && text[start + 2] == '0') {
            throw wrongValue(key, "a number without leading zeros, such as \"0x1f\"");
        }
        if (length - 2 > bits / 4) {
            throw wrongValue(key, "a number of up to " + bits + " bits");
        }
    }

    /// Reads bytes in memory order, written as a string of lower-case hexadecimal digits.
    byte[] bytes(String key) {
        demand(key, JsonToken.VALUE_STRING, BYTES);
        char[] text = json.getStringCharacters();
        int start = json.getStringOffset();
        int length = json.getStringLength();
        if (!isLowerHex(text, start, length)) {
            throw wrongValue(key, "lower-case hexadecimal digits, such as \"8b07\"");
        }
        if (length % 2 != 0) {
            throw wrong("\"%s\" has %d hexadecimal digits; two make a byte".formatted(key, length));
        }
        byte[] bytes = new byte[length / 2];
        for (int i = 0; i < bytes.length; i++) {
            int at = start + 2 * i;
            bytes[i] = (byte) (HexFormat.fromHexDigit(text[at]) << 4 | HexFormat.fromHexDigit(text[at + 1]));
        }
        return bytes;
    }

    private static boolean isLowerHex(char[] text, int start, int length) {
        for (int i = start; i < start + length; i++) {
            char c = text[i];
            if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) {
                return false;
            }
        }
        return true;
    }

    // Errors

    private void demand(String key, JsonToken token, String form) {
        if (json.currentToken() != token) {
            throw wrongValue(key, form);
        }
    }

    private RecordingException wrongValue(String key, String form) {
        return wrong("\"%s\" is %s; it would be %s".formatted(key, given(), form));
    }

    private String given() {
        JsonToken token = json.currentToken();
        if (token == null || !token.isScalarValue()) {
            return describe(token);
        }
        String text = json.getString();
        String shown = (text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "…").replaceAll("\\p{Cntrl}", "?");
        return token == JsonToken.VALUE_STRING ? "\"" + shown + "\"" : shown;
    }

    /// Makes an exception about the value where the cursor is.
    RecordingException wrong(String problem) {
        return new RecordingException(file, line, json.currentTokenLocation().getColumnNr(), problem, null);
    }

    /// Makes an exception about the line as a whole.
    RecordingException wrongLine(String problem) {
        return new RecordingException(file, line, 0, problem, null);
    }

    /// Makes an exception of what the JSON parser or its input threw.
    RecordingException unreadable(JacksonException e) {
        TokenStreamLocation location = json.currentLocation();
        if (e.getCause() instanceof IOException input) {
            return new RecordingException(file, location.getLineNr(), 0, problem(input), e);
        }
        String problem = oneLine(e);
        return new RecordingException(file, location.getLineNr(), location.getColumnNr(),
                problem.startsWith("Unexpected end-of-input") ? "the file ends within an object; it has been cut off"
                        : "malformed JSON: " + PARSER_OPTION.matcher(problem).replaceFirst(""), e);
    }

    /// Tells what is wrong with the input.
    static String problem(IOException e) {
        return switch (e) {
            case EOFException _ -> "the compressed data end too early; the file has been cut off";
            case ZipException _ -> "the compressed data are damaged: " + oneLine(e);
            default -> "reading failed: " + oneLine(e);
        };
    }

    /// Tells why the input could not even be begun.
    static String problem(JacksonIOException e) {
        return e.getCause() instanceof IOException input ? problem(input) : oneLine(e);
    }

    private static String oneLine(Throwable e) {
        String message = e instanceof JacksonException json ? json.getOriginalMessage() : e.getMessage();
        return message == null ? e.getClass().getSimpleName() : message.lines().findFirst().orElse("");
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
