package org.vemmio.emulator.scenario.run;

import java.util.List;
import org.vemmio.emulator.scenario.Page;

/// One step of a timeline, or a part of one that changes pages: a conversion has an entry for each. Immutable.
///
/// @param step what was done, in one line; `at the start` in the first entry
/// @param events what came of it, in order; may be empty
/// @param pages all pages as they are after it, in the order of the scenario
public record TimelineEntry(String step, List<TimelineEvent> events, List<Page> pages) {
    /// Creates an entry; the lists are copied.
    public TimelineEntry {
        events = List.copyOf(events);
        pages = List.copyOf(pages);
    }
}
