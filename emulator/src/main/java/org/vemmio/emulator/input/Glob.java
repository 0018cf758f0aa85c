package org.vemmio.emulator.input;

/// Patterns in which `*` stands for any characters, none included, and `?` for exactly one; case does not count.
/// A character is one of UTF-16.
public final class Glob {
    private Glob() {
    }

    /// {@return whether `text` as a whole matches `pattern`}
    ///
    /// Only the last `*` met so far is ever gone back to, so that the work is at most the product of both lengths.
    public static boolean matches(String pattern, String text) {
        int place = 0;
        int at = 0;
        int star = -1;
        int resume = 0;
        while (at < text.length()) {
            if (place < pattern.length() && pattern.charAt(place) == '*') {
                star = place++;
                resume = at;
            } else if (place < pattern.length() && matches(pattern.charAt(place), text.charAt(at))) {
                place++;
                at++;
            } else if (star >= 0) {
                place = star + 1;
                at = ++resume;
            } else {
                return false;
            }
        }
        while (place < pattern.length() && pattern.charAt(place) == '*') {
            place++;
        }
        return place == pattern.length();
    }

    private static boolean matches(char wanted, char character) {
        return wanted == '?' || Character.toLowerCase(wanted) == Character.toLowerCase(character);
    }
}
