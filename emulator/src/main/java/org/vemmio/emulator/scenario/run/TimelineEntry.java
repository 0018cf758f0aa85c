package org.vemmio.emulator.scenario.run;

import java.util.List;
import org.vemmio.emulator.scenario.Page;

/// One line of a timeline.
///
/// @param step what was done
/// @param events what came of it, in order
/// @param pages the pages after it
public record TimelineEntry(String step, List<Event> events, List<Page> pages) {
    /// Creates a moment; the lists are copied.
    public TimelineEntry {
        events = List.copyOf(events);
        pages = List.copyOf(pages);
    }
}
