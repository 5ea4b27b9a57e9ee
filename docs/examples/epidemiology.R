# Read the line list (CSV) of /officer/epidemiology/line-list and reckon the curve, delays and the reproduction number.
#   Rscript epidemiology.R bluezone-line-list-2020-07-24-2020-08-20.csv
# Needs R's base alone; EpiEstim, linelist and epicontacts are used where they are installed.
file <- commandArgs(trailingOnly = TRUE)[1]
people <- read.csv(file, colClasses = "character", na.strings = "")
for (column in grep("^date_", names(people), value = TRUE)) people[[column]] <- as.Date(people[[column]])
cases <- people[people$role == "f0" & people$classification == "confirmed", ]
cases$found_by[is.na(cases$found_by)] <- "none"

onset <- factor(as.character(cases$date_onset), as.character(seq(min(cases$date_onset, na.rm = TRUE),
                                                                 max(cases$date_onset, na.rm = TRUE), by = "day")))
print(table(onset, cases$found_by))

delay <- as.numeric(cases$date_isolation - cases$date_onset)
print(tapply(delay, cases$found_by, quantile, c(0.1, 0.5, 0.9), na.rm = TRUE))

if (requireNamespace("EpiEstim", quietly = TRUE)) {
  days <- seq(min(cases$date_reporting), max(cases$date_reporting), by = "day")
  counts <- as.vector(table(factor(as.character(cases$date_reporting), as.character(days))))
  config <- EpiEstim::make_config(list(mean_si = 4.7, std_si = 2.9))
  print(tail(EpiEstim::estimate_R(counts, method = "parametric_si", config = config)$R))
}
if (requireNamespace("linelist", quietly = TRUE))
  print(linelist::make_linelist(people, id = "id", date_onset = "date_onset", date_reporting = "date_reporting",
                                gender = "gender", location = "location", outcome = "outcome"))
if (requireNamespace("epicontacts", quietly = TRUE)) {
  links <- cases[!is.na(cases$source_link), c("source_id", "id", "source_link")]
  print(epicontacts::make_epicontacts(cases, links, id = "id", from = "source_id", to = "id", directed = TRUE))
}
