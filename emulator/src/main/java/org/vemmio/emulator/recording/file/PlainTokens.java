package org.vemmio.emulator.recording.file;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonToken;

/// The JSON object on one line, as recordings are mostly written: ASCII without escapes, whole numbers of up to 18
/// digits, no key twice. Everything else is a [NotPlainException]. For one thread.
final class PlainTokens implements Tokens {
    private static final int MAX_DEPTH = 8;
    private static final int MAX_DIGITS = 18;
    private static final int STRINGS = 1 << 10;
    private static final int LONGEST_KEPT = 64;

    private final PlainNames names = new PlainNames();
    private final boolean[] isObject = new boolean[MAX_DEPTH + 1];
    /// Of each object that is open, a bit for each name that it has had.
    private final long[][] seen = new long[MAX_DEPTH + 1][PlainNames.MAX / Long.SIZE];
    /// Strings seen before, by their hash.
    private final @Nullable String[] strings = new String[STRINGS];
    private byte[] line = {};
    private int at;
    private int end;
    private int depth;
    private boolean empty;
    private @Nullable JsonToken current;
    private int start;
    private int length;
    private int hash;
    private long number;

    /// Begins with a line, and returns whether there is anything on it.
    boolean begin(byte[] bytes, int from, int to) {
        line = bytes;
        at = from;
        end = to > from && bytes[to - 1] == '\r' ? to - 1 : to;
        depth = 0;
        current = null;
        return !isAtEnd();
    }

    /// Returns whether nothing more is on the line.
    boolean isAtEnd() {
        while (at < end && (line[at] == ' ' || line[at] == '\t')) {
            at++;
        }
        return at == end;
    }

    @Override
    public JsonToken next() {
        if (current == JsonToken.PROPERTY_NAME || depth == 0) {
            return value(visible());
        }
        if (isObject[depth]) {
            throw NotPlainException.INSTANCE;
        }
        int c = visible();
        if (c == ']') {
            return close(JsonToken.END_ARRAY);
        }
        return value(behindComma(c));
    }

    @Override
    public @Nullable String nextName() {
        int c = visible();
        if (c == '}') {
            close(JsonToken.END_OBJECT);
            return null;
        }
        if (behindComma(c) != '"') {
            throw NotPlainException.INSTANCE;
        }
        int sum = scan();
        int name = names.number(line, start, length, sum);
        long bit = 1L << name;
        if ((seen[depth][name / Long.SIZE] & bit) != 0 || visible() != ':') {
            throw NotPlainException.INSTANCE;
        }
        seen[depth][name / Long.SIZE] |= bit;
        at++;
        current = JsonToken.PROPERTY_NAME;
        return names.name(name);
    }

    private int behindComma(int c) {
        if (empty) {
            empty = false;
            return c;
        }
        if (c != ',') {
            throw NotPlainException.INSTANCE;
        }
        at++;
        return visible();
    }

    /// Goes to the next character that is no blank, and returns it.
    private int visible() {
        if (at < end && line[at] > ' ') {
            return line[at];
        }
        if (isAtEnd()) {
            throw NotPlainException.INSTANCE;
        }
        return line[at];
    }

    private JsonToken value(int c) {
        switch (c) {
            case '"' -> {
                hash = scan();
                return found(JsonToken.VALUE_STRING);
            }
            case '{' -> {
                return open(JsonToken.START_OBJECT);
            }
            case '[' -> {
                return open(JsonToken.START_ARRAY);
            }
            case 't' -> {
                return word("true", JsonToken.VALUE_TRUE);
            }
            case 'f' -> {
                return word("false", JsonToken.VALUE_FALSE);
            }
            case 'n' -> {
                return word("null", JsonToken.VALUE_NULL);
            }
            default -> {
                digits();
                return found(JsonToken.VALUE_NUMBER_INT);
            }
        }
    }

    private JsonToken found(JsonToken token) {
        current = token;
        return token;
    }

    private JsonToken open(JsonToken token) {
        if (depth == MAX_DEPTH) {
            throw NotPlainException.INSTANCE;
        }
        at++;
        depth++;
        isObject[depth] = token == JsonToken.START_OBJECT;
        Arrays.fill(seen[depth], 0);
        empty = true;
        return found(token);
    }

    private JsonToken close(JsonToken token) {
        at++;
        depth--;
        empty = false;
        return found(token);
    }

    private JsonToken word(String word, JsonToken token) {
        for (int i = 0; i < word.length(); i++) {
            if (at == end || line[at++] != word.charAt(i)) {
                throw NotPlainException.INSTANCE;
            }
        }
        endValue();
        return found(token);
    }

    private void digits() {
        int from = at;
        long value = 0;
        while (at < end && line[at] >= '0' && line[at] <= '9') {
            value = 10 * value + line[at++] - '0';
        }
        int count = at - from;
        if (count == 0 || count > MAX_DIGITS || count > 1 && line[from] == '0') {
            throw NotPlainException.INSTANCE;
        }
        endValue();
        number = value;
        start = from;
        length = count;
    }

    private void endValue() {
        int c = visible();
        if (c != ',' && c != '}' && c != ']') {
            throw NotPlainException.INSTANCE;
        }
    }

    /// Passes over a string, notes where it is, and returns a hash of it.
    private int scan() {
        byte[] bytes = line;
        int to = end;
        int i = at + 1;
        start = i;
        int sum = 0;
        while (i < to && bytes[i] != '"') {
            int c = bytes[i++];
            if (c < ' ' || c == '\\') {
                throw NotPlainException.INSTANCE;
            }
            sum = 31 * sum + c;
        }
        if (i >= to) {
            throw NotPlainException.INSTANCE;
        }
        length = i - start;
        at = i + 1;
        return sum;
    }

    @Override
    public @Nullable JsonToken current() {
        return current;
    }

    @Override
    public void skip() {
        if (current != JsonToken.START_OBJECT && current != JsonToken.START_ARRAY) {
            return;
        }
        int outside = depth - 1;
        while (depth > outside) {
            if (!isObject[depth] || nextName() != null) {
                next();
            }
        }
    }

    @Override
    public String string() {
        int place = (hash ^ hash >>> 16) & STRINGS - 1;
        String known = strings[place];
        if (known == null || !PlainNames.isAt(line, start, length, known)) {
            known = new String(line, start, length, StandardCharsets.US_ASCII);
            if (length <= LONGEST_KEPT) {
                strings[place] = known;
            }
        }
        return known;
    }

    @Override
    public byte[] text() {
        return line;
    }

    @Override
    public int textStart() {
        return start;
    }

    @Override
    public int textLength() {
        return length;
    }

    @Override
    public boolean isLong() {
        return true;
    }

    @Override
    public long number() {
        return number;
    }
}
