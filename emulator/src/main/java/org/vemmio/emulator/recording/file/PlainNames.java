package org.vemmio.emulator.recording.file;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// The names of keys met so far, numbered, so that one met again is no new string. For one thread.
final class PlainNames {
    /// How many there can be.
    static final int MAX = 256;

    private static final int PLACES = 4 * MAX;
    private static final int LONGEST = 64;

    private final @Nullable String[] names = new String[MAX];
    /// By hash, one more than the number of a name; 0 where there is none.
    private final int[] numbers = new int[PLACES];
    private int count;

    /// Returns the number of the name that stands in `bytes`, from 0.
    ///
    /// @param hash of its bytes
    /// @throws NotPlainException if it is long, or there have been many
    int number(byte[] bytes, int start, int length, int hash) {
        int place = (hash ^ hash >>> 16) & PLACES - 1;
        while (numbers[place] != 0) {
            int number = numbers[place] - 1;
            if (isAt(bytes, start, length, name(number))) {
                return number;
            }
            place = place + 1 & PLACES - 1;
        }
        if (count == MAX || length > LONGEST) {
            throw NotPlainException.INSTANCE;
        }
        names[count] = new String(bytes, start, length, StandardCharsets.US_ASCII);
        numbers[place] = ++count;
        return count - 1;
    }

    /// Returns a name by its number.
    String name(int number) {
        String name = names[number];
        if (name == null) {
            throw new IllegalArgumentException("no name has the number " + number);
        }
        return name;
    }

    /// Returns whether ASCII bytes are a string's.
    static boolean isAt(byte[] bytes, int start, int length, String string) {
        if (string.length() != length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (bytes[start + i] != string.charAt(i)) {
                return false;
            }
        }
        return true;
    }
}
