package org.vemmio.emulator.policy;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/// A mnemonic with wildcards: `*` stands for any characters, none included, `?` for exactly one.
///
/// @param glob the pattern, of lower-case letters, digits, `_`, `*` and `?`
public record MnemonicPattern(String glob) {
    private static final Pattern VALID = Pattern.compile("[a-z0-9_*?]+");

    /// Stands for every character that occurs in neither pattern.
    private static final char OTHER = '#';

    /// Creates a pattern; upper case is taken for lower case.
    ///
    /// @throws IllegalArgumentException if `glob` is empty or has another character
    public MnemonicPattern {
        glob = glob.toLowerCase(Locale.ROOT);
        if (!VALID.matcher(glob).matches()) {
            throw new IllegalArgumentException(
                    "'%s' is no mnemonic: letters, digits and the wildcards * and ? make one".formatted(glob));
        }
    }

    /// {@return whether `mnemonic`, in lower case as [org.vemmio.decoder.Instruction#mnemonic] gives it, matches}
    public boolean matches(String mnemonic) {
        Set<Integer> places = start();
        for (int i = 0; i < mnemonic.length(); i++) {
            places = step(places, mnemonic.charAt(i));
        }
        return places.contains(glob.length());
    }

    /// {@return whether every mnemonic that matches `pattern` matches one of `patterns`}
    static boolean cover(List<MnemonicPattern> patterns, MnemonicPattern pattern) {
        return new Inclusion(patterns).holds(pattern.start(), patterns.stream().map(MnemonicPattern::start).toList(),
                pattern);
    }

    /// Returns the places in the pattern, as indexes of what is to match next, before any character.
    private Set<Integer> start() {
        Set<Integer> places = new HashSet<>();
        enter(0, places);
        return places;
    }

    private Set<Integer> step(Set<Integer> places, char character) {
        Set<Integer> next = new HashSet<>();
        for (int place : places) {
            if (place < glob.length()) {
                char wanted = glob.charAt(place);
                if (wanted == '*') {
                    enter(place, next);
                } else if (wanted == '?' || wanted == character) {
                    enter(place + 1, next);
                }
            }
        }
        return next;
    }

    private void enter(int place, Set<Integer> places) {
        places.add(place);
        if (place < glob.length() && glob.charAt(place) == '*') {
            enter(place + 1, places);
        }
    }

    private boolean ends(Set<Integer> places) {
        return places.contains(glob.length());
    }

    /// The search for a mnemonic that one pattern takes and a list of others does not, over all pairs of places.
    private record Inclusion(List<MnemonicPattern> patterns, Set<List<Object>> seen) {
        Inclusion(List<MnemonicPattern> patterns) {
            this(patterns, new HashSet<>());
        }

        boolean holds(Set<Integer> places, List<Set<Integer>> others, MnemonicPattern pattern) {
            if (places.isEmpty() || !seen.add(List.of(places, others))) {
                return true;
            }
            if (pattern.ends(places) && !anyEnds(others)) {
                return false;
            }
            return alphabet(pattern).allMatch(character -> holds(pattern.step(places, (char) character),
                    next(others, (char) character), pattern));
        }

        private boolean anyEnds(List<Set<Integer>> others) {
            for (int i = 0; i < patterns.size(); i++) {
                if (patterns.get(i).ends(others.get(i))) {
                    return true;
                }
            }
            return false;
        }

        private List<Set<Integer>> next(List<Set<Integer>> others, char character) {
            return java.util.stream.IntStream.range(0, patterns.size())
                    .mapToObj(i -> patterns.get(i).step(others.get(i), character)).toList();
        }

        private java.util.stream.IntStream alphabet(MnemonicPattern pattern) {
            StringBuilder all = new StringBuilder(pattern.glob).append(OTHER);
            patterns.forEach(other -> all.append(other.glob));
            return all.chars().filter(character -> character != '*' && character != '?').distinct();
        }
    }
}
