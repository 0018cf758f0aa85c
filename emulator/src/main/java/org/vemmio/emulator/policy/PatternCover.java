package org.vemmio.emulator.policy;

import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Whether a list of mnemonic patterns takes everything that another pattern takes.
///
/// All patterns are followed at once, character by character, through the places that each can have reached; the answer
/// is no where the other pattern can end and none of the list can. It is also no where that would take too long to find
/// out: a `*` with n `?` behind it can have reached 2^n sets of places.
final class PatternCover {
    /// Stands for every character that occurs in no pattern.
    private static final char OTHER = '#';

    /// How many sets of places are looked at.
    private static final int MAX_SEEN = 4096;

    private final String pattern;
    private final List<String> list;
    private final int[] alphabet;

    private PatternCover(List<MnemonicPattern> list, MnemonicPattern pattern) {
        this.pattern = pattern.glob();
        this.list = list.stream().map(MnemonicPattern::glob).toList();
        this.alphabet = (OTHER + this.pattern + String.join("", this.list)).chars()
                .filter(character -> character != '*' && character != '?').distinct().toArray();
    }

    static boolean holds(List<MnemonicPattern> list, MnemonicPattern pattern) {
        String glob = pattern.glob();
        if (glob.indexOf('*') < 0 && glob.indexOf('?') < 0) {
            return list.stream().anyMatch(one -> one.matches(glob));
        }
        return list.contains(pattern) || new PatternCover(list, pattern).holds();
    }

    /// The places, as indexes of what is to match next, in the one pattern and in each of the list.
    private record Places(BitSet pattern, List<BitSet> list) {
    }

    private boolean holds() {
        Deque<Places> open = new ArrayDeque<>();
        open.add(new Places(start(pattern), list.stream().map(PatternCover::start).toList()));
        Set<Places> seen = new HashSet<>(open);
        while (!open.isEmpty()) {
            Places places = open.remove();
            if (ends(pattern, places.pattern) && !anyEnds(places.list)) {
                return false;
            }
            for (int character : alphabet) {
                Places next = step(places, (char) character);
                if (!next.pattern.isEmpty() && seen.add(next)) {
                    if (seen.size() > MAX_SEEN) {
                        return false;
                    }
                    open.add(next);
                }
            }
        }
        return true;
    }

    private boolean anyEnds(List<BitSet> places) {
        for (int i = 0; i < list.size(); i++) {
            if (ends(list.get(i), places.get(i))) {
                return true;
            }
        }
        return false;
    }

    private Places step(Places places, char character) {
        BitSet[] next = new BitSet[list.size()];
        for (int i = 0; i < next.length; i++) {
            next[i] = step(list.get(i), places.list.get(i), character);
        }
        return new Places(step(pattern, places.pattern, character), List.of(next));
    }

    private static BitSet start(String glob) {
        BitSet places = new BitSet();
        reach(glob, 0, places);
        return places;
    }

    private static BitSet step(String glob, BitSet places, char character) {
        BitSet next = new BitSet();
        places.stream().filter(place -> place < glob.length()).forEach(place -> {
            char wanted = glob.charAt(place);
            if (wanted == '*') {
                reach(glob, place, next);
            } else if (wanted == '?' || wanted == character) {
                reach(glob, place + 1, next);
            }
        });
        return next;
    }

    /// Adds a place, and those behind it that a `*` for no characters leads to.
    private static void reach(String glob, int place, BitSet places) {
        int next = place;
        while (next < glob.length() && glob.charAt(next) == '*') {
            places.set(next++);
        }
        places.set(next);
    }

    private static boolean ends(String glob, BitSet places) {
        return places.get(glob.length());
    }
}
