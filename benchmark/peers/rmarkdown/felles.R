# What the publication needs beside its text: reading the raw files, counting, words, tables and figures.
library(ggplot2)

RAA <- "../../../data/raw"
AAR <- 2015:2020
NAVN <- read.csv("../navn.csv", comment.char = "#")
INSTANSER <- NAVN[NAVN$liste == "instans", ]
FORMER <- NAVN[NAVN$liste == "form", ]
GRUPPER <- c(kvinner = "Kvinner", menn = "Menn")
FARGER <- c(Kvinner = "#0B4F6C", Menn = "#B5500B")
SVAR <- c(Ja = "ja", Nei = "nei", "Vet ikke" = "vet_ikke", "1" = "ja", "2" = "nei", "8" = "vet_ikke")

les_fil <- function(mappe) {
  kilde <- yaml::read_yaml(file.path(mappe, "kilde.yaml"))
  fil <- file.path(mappe, kilde$fil)
  switch(kilde$format,
    csv = read.csv(fil, sep = kilde$skilletegn, header = FALSE, skip = 1, colClasses = "character",
                   fileEncoding = if (kilde$tegnsett == "utf-8-sig") "UTF-8" else "WINDOWS-1252"),
    xlsx = as.data.frame(suppressMessages(readxl::read_xlsx(fil, sheet = kilde$ark, skip = kilde$overskriftsrader,
                                                            col_names = FALSE, col_types = "text"))),
    sav = as.data.frame(lapply(haven::read_sav(fil, user_na = TRUE), as.character))
  )
}

les_aar <- function(aar) {
  kodebok <- read.csv(file.path(RAA, sprintf("codebooks/samarbeid_p%d.csv", aar)))
  svar <- les_fil(file.path(RAA, aar))
  senter <- svar[[which(kodebok$variabel == "senter")]]
  finnes <- list(kvinner = NULL, menn = NULL)
  for (gruppe in names(finnes)) {
    har <- svar[[which(kodebok$variabel == "har_tilbud" & kodebok$tilbud == gruppe)]]
    finnes[[gruppe]] <- SVAR[har] %in% "ja"
  }
  spurt <- which(kodebok$variabel %in% c("forum", "samarbeid", "samarbeidsform"))
  do.call(rbind, lapply(spurt, function(nr) {
    rad <- kodebok[nr, ]
    data.frame(aar = aar, senter = senter, gruppe = rad$tilbud, variabel = rad$variabel, instans = rad$instans,
               form = rad$samarbeidsform, svar = unname(SVAR[svar[[nr]]]))[finnes[[rad$tilbud]], ]
  }))
}

# The register says how many services there were; a centre's name leads to its id.
les_baser <- function() {
  register <- read.csv(file.path(RAA, "register/tilbud.csv"))
  register$gyldig_til[is.na(register$gyldig_til)] <- 9999
  merge(expand.grid(aar = AAR, gruppe = names(GRUPPER), stringsAsFactors = FALSE), register,
        by.x = "gruppe", by.y = "tilbud") |>
    subset(gyldig_fra <= aar & gyldig_til >= aar)
}

tell <- function(svar) {
  baser <- aggregate(senter_id ~ aar + gruppe, les_baser(), length)
  names(baser)[3] <- "base"
  ja <- subset(svar, svar == "ja")
  antall <- aggregate(list(antall = ja$senter), ja[c("variabel", "gruppe", "instans", "form", "aar")], length)
  noen <- unique(subset(ja, variabel == "samarbeidsform" & form == "skriftlig_avtale")[c("senter", "gruppe", "aar")])
  noen <- aggregate(list(antall = noen$senter), noen[c("gruppe", "aar")], length)
  noen <- cbind(variabel = "skriftlig_noen", noen, instans = "", form = "")
  sentre <- read.csv(file.path(RAA, "register/sentre.csv"))
  med_id <- merge(subset(svar, variabel == "samarbeid"), sentre[c("senter_id", "navn")], by.x = "senter", by.y = "navn")
  svarte <- unique(subset(med_id, !is.na(svar))[c("senter_id", "gruppe", "aar")])
  hele <- aggregate(aar ~ senter_id + gruppe, svarte, length) |> subset(aar == length(AAR))
  panel <- merge(med_id, hele[c("senter_id", "gruppe")])
  panelbase <- aggregate(list(base = hele$senter_id), hele["gruppe"], length)
  panel <- subset(panel, svar == "ja")
  panel <- aggregate(list(antall = panel$senter), panel[c("gruppe", "instans", "aar")], length)
  panel <- merge(cbind(variabel = "samarbeid_panel", panel, form = ""), panelbase)
  tall <- merge(rbind(antall, noen[names(antall)]), baser)
  tall <- rbind(tall, panel[names(tall)])
  tall$andel <- tall$antall / tall$base
  tall[order(tall$variabel, tall$gruppe, tall$instans, tall$form, tall$aar), ]
}

# Words.
prosent <- function(andel) paste0(floor(100 * andel + 0.5), "\u00a0%")
liste <- function(ord) {
  if (length(ord) < 2) return(paste(ord))
  siste <- ord[length(ord)]
  paste(paste(head(ord, -1), collapse = ", "), if (any(grepl(" og ", ord))) ", og " else " og ", siste, sep = "")
}
velg <- function(tall, v, g, i = NULL, f = "", a = 2020) {
  d <- subset(tall, variabel == v & gruppe == g & form == f & aar == a)
  if (is.null(i)) d else d[d$instans == i, ]
}
av <- function(d) sprintf("%d av %d", d$antall, d$base)
endring <- function(tall, v, g, i = "") {
  naa <- velg(tall, v, g, i)
  foer <- velg(tall, v, g, i, a = 2019)
  forskjell <- naa$antall - foer$antall
  if (forskjell == 0) return("like mange som i 2019")
  sprintf("%d %s enn i 2019 (%s mot %s)", abs(forskjell), if (forskjell > 0) "flere" else "f\u00e6rre", av(naa), av(foer))
}
bestemt <- function(koder) INSTANSER$bestemt[match(koder, INSTANSER$kode)]
oppliste <- function(d) {
  d <- d[order(-d$antall, match(d$instans, INSTANSER$kode)), ]
  liste(vapply(unique(d$antall), function(n) sprintf("%s (%d)", liste(bestemt(d$instans[d$antall == n])), n), ""))
}
som_alle <- function(d) liste(bestemt(INSTANSER$kode[INSTANSER$kode %in% d$instans[d$antall == d$base]]))
mengde <- function(andel) {
  if (min(andel) > 0.5) "De fleste" else if (all(abs(andel - 0.5) <= 0.05)) "Rundt halvparten" else "Under halvparten"
}

# Tables: shown, and kept for download.
NUMMER <- new.env()
NUMMER$tabell <- 0
tabell <- function(d, id, tittel, note = "") {
  dir.create("ut/tabeller", recursive = TRUE, showWarnings = FALSE)
  write.csv2(d, sprintf("ut/tabeller/%s_p2020.csv", id), row.names = FALSE, na = ".", fileEncoding = "UTF-8")
  names(d) <- gsub(".", " ", names(d), fixed = TRUE)
  d[] <- lapply(d, function(k) ifelse(is.na(k), ".", k))
  NUMMER$tabell <- NUMMER$tabell + 1
  tekst <- sprintf("Tabell %d. %s", NUMMER$tabell, tittel)
  tall_fra <- which(vapply(d, \(k) any(grepl("^[0-9]", k)), TRUE) & !grepl("^(Punkt|Senter)$", names(d)))
  side <- replace(rep("l", ncol(d)), tall_fra, "r")
  html <- knitr::kable(d, format = "html", caption = tekst, row.names = FALSE, align = side)
  cat("\n\n", knitr::raw_html(html), sprintf("\n\n<p class=\"note\">%s</p>\n\n", note), sep = "")
}
over_aar <- function(tall, v) {
  ut <- data.frame("\u00c5r" = AAR, check.names = FALSE)
  for (g in names(GRUPPER)) {
    d <- subset(tall, variabel == v & gruppe == g)
    ut[paste0(GRUPPER[g], ", antall")] <- d$antall
    ut[paste0(GRUPPER[g], ", i alt")] <- d$base
    ut[paste0(GRUPPER[g], ", prosent")] <- prosent(d$andel)
  }
  ut
}
blokker <- function(tall, v, f = "") {
  do.call(rbind, lapply(names(GRUPPER), function(g) {
    d <- subset(tall, variabel == v & gruppe == g & form == f)
    m <- matrix(NA_integer_, nrow(INSTANSER), length(AAR))
    m[cbind(match(d$instans, INSTANSER$kode), match(d$aar, AAR))] <- d$antall
    base <- tapply(d$base, factor(d$aar, AAR), max)
    ut <- data.frame(GRUPPER[[g]], c(INSTANSER$navn, "Tilbud i alt"), rbind(m, base))
    setNames(ut, c("Tilbud til", "Instans", AAR))
  }))
}
ferdig <- function(id) {
  linjer <- sub("^\ufeff", "", readLines(sprintf("../ferdig/%s.csv", id), encoding = "UTF-8"))
  tomme <- which(linjer == "")
  d <- read.csv2(text = linjer[(tomme[1] + 1):(tomme[2] - 1)], check.names = FALSE, colClasses = "character")
  list(tittel = linjer[1], data = d)
}

# Figures, wide and narrow from the same function; the wide one is kept to take away.
TEMA <- theme_minimal(base_size = 10) +
  theme(panel.grid.minor = element_blank(), legend.position = "top", legend.title = element_blank())
lagre <- function(figur, id, hoyde = 3.6) {
  dir.create("ut/figurer", recursive = TRUE, showWarnings = FALSE)
  ggsave(sprintf("ut/figurer/%s_p2020.svg", id), figur, device = svglite::svglite, width = 7, height = hoyde)
  ggsave(sprintf("ut/figurer/%s_p2020.png", id), figur, width = 7, height = hoyde, dpi = 200, type = "cairo")
}
navngi <- function(d) {
  d$Gruppe <- factor(GRUPPER[d$gruppe], GRUPPER)
  d$Instans <- factor(INSTANSER$navn[match(d$instans, INSTANSER$kode)], INSTANSER$navn)
  d
}
linjer <- function(d, felt = FALSE, kolonner = 3) {
  figur <- ggplot(navngi(d), aes(aar, 100 * andel, colour = Gruppe)) + geom_line(linewidth = 0.9) +
    geom_point(data = \(x) subset(x, aar %in% range(AAR)), size = 1.8) +
    geom_text(aes(label = prosent(andel)), data = \(x) subset(x, aar %in% range(AAR)), vjust = -0.8, size = 2.8,
              show.legend = FALSE) +
    scale_colour_manual(values = FARGER) + scale_y_continuous(limits = c(0, if (felt) 60 else 100)) +
    scale_x_continuous(breaks = if (felt) range(AAR) else AAR) + labs(x = NULL, y = "Prosent") + TEMA
  if (felt) figur + facet_wrap(~Instans, ncol = kolonner) else figur
}
stolper <- function(d, kolonner = 2) {
  ggplot(navngi(d), aes(100 * andel, reorder(Instans, andel), fill = Gruppe)) + geom_col(width = 0.7) +
    geom_text(aes(label = av(data.frame(antall, base))), hjust = 1.1, colour = "white", size = 2.8) +
    facet_wrap(~Gruppe, ncol = kolonner) + scale_fill_manual(values = FARGER, guide = "none") +
    labs(x = "Prosent", y = NULL) + TEMA
}
former_figur <- function(d, kolonner = 4) {
  d$Form <- factor(FORMER$navn[match(d$form, FORMER$kode)], FORMER$navn)
  ggplot(navngi(d), aes(100 * andel, reorder(Instans, andel), fill = Gruppe)) +
    geom_col(position = position_dodge(0.8), width = 0.75) +
    geom_text(aes(label = antall), position = position_dodge(0.8), hjust = -0.2, size = 2.4) +
    facet_wrap(~Form, ncol = kolonner) + scale_fill_manual(values = FARGER) + xlim(0, 112) +
    labs(x = "Prosent", y = NULL) + TEMA
}
kommuner_figur <- function(d, kolonner = 4) {
  ggplot(d, aes(factor(year), value)) + geom_col(fill = "#0B4F6C", width = 0.7) +
    geom_text(aes(label = value), vjust = -0.4, size = 2.6) + facet_wrap(~Instans, ncol = kolonner) +
    labs(x = NULL, y = "Kommuner") + ylim(0, 290) + TEMA
}
