package org.vemmio.emulator.input;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/// What to say where a name is none of those there are.
public final class Suggestions {
    private Suggestions() {
    }

    /// {@return the nearest of `names`, as a question, if one is near, or else all of them}
    ///
    /// Near is what up to a third of a name's characters tell from it, and at least one.
    ///
    /// @param word what was written instead; of such a length that each of its characters may be compared with each of
    ///     all names
    /// @param what in front of the list, such as `a rule has`
    public static String hint(String word, Collection<String> names, String what) {
        Optional<String> near = names.stream().min(Comparator.comparingInt(name -> distance(word, name)))
                .filter(name -> distance(word, name) <= Math.max(1, name.length() / 3));
        return near.map("did you mean '%s'?"::formatted)
                .orElseGet(() -> what + " " + (names.isEmpty() ? "none" : String.join(", ", names)));
    }

    /// The number of characters to insert, delete or replace to get from one word to the other; case does not count,
    /// nor whether a hyphen is an underscore.
    private static int distance(String firstWord, String secondWord) {
        String first = plain(firstWord);
        String second = plain(secondWord);
        int[] row = new int[second.length() + 1];
        for (int j = 0; j <= second.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= first.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= second.length(); j++) {
                int replaced = diagonal + (first.charAt(i - 1) == second.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[second.length()];
    }

    private static String plain(String word) {
        return word.toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
