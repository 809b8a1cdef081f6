// Progressive enhancement only: every page does all it does without this file.
(function () {
  "use strict";
  var waiting = "";

  function typing(target) {
    return /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) || target.isContentEditable;
  }

  function move(step) {
    var rows = Array.prototype.slice.call(document.querySelectorAll("tr[data-row]"));
    if (!rows.length) return;
    var now = rows.findIndex(function (row) { return row.classList.contains("on"); });
    var next = Math.min(Math.max(now + step, 0), rows.length - 1);
    if (now >= 0) rows[now].classList.remove("on");
    rows[next].classList.add("on");
    rows[next].scrollIntoView({ block: "nearest" });
    var link = rows[next].querySelector("a");
    if (link) link.focus({ preventScroll: true });
  }

  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    var key = event.key;
    if (waiting === "g") {
      waiting = "";
      if (key === "b") { location.href = "/"; return; }
      if (key === "d") { location.href = "/docket"; return; }
    }
    if (key === "g") { waiting = "g"; setTimeout(function () { waiting = ""; }, 1200); return; }
    if (key === "j") { move(1); event.preventDefault(); }
    if (key === "k") { move(-1); event.preventDefault(); }
    if (key === "/") {
      var box = document.querySelector("input[type=search]");
      if (box) { box.focus(); event.preventDefault(); }
    }
    if (key === "?") {
      var help = document.getElementById("keys");
      if (help && help.showModal) help.showModal();
    }
  });

  // A form marked data-draft keeps what was typed through a timeout. Passphrases are never kept.
  function kept(field) {
    return field.name && !/^(password|hidden|file)$/.test(field.type);
  }

  document.querySelectorAll("form[data-draft]").forEach(function (form) {
    var place = "draft:" + form.dataset.draft;
    var status = form.querySelector("[data-draft-status]");
    var saved = null;
    try { saved = JSON.parse(localStorage.getItem(place) || "null"); } catch (error) { saved = null; }
    if (saved && !form.hasAttribute("data-refused")) {
      Array.prototype.forEach.call(form.elements, function (field) {
        if (!kept(field)) return;
        var found = saved.filter(function (pair) { return pair[0] === field.name; });
        if (field.type === "checkbox" || field.type === "radio") {
          field.checked = found.some(function (pair) { return pair[1] === field.value; });
        } else if (found.length) { field.value = found[0][1]; }
      });
      if (status) status.textContent = "Your draft of this form was kept on this computer and is filled in.";
    }
    form.addEventListener("input", function () {
      var pairs = [];
      Array.prototype.forEach.call(form.elements, function (field) {
        if (!kept(field)) return;
        if ((field.type === "checkbox" || field.type === "radio") && !field.checked) return;
        pairs.push([field.name, field.value]);
      });
      try { localStorage.setItem(place, JSON.stringify(pairs)); } catch (error) { return; }
      if (status) status.textContent = "Draft kept on this computer.";
    });
  });
  // Who signs out leaves no draft to whoever uses this computer next; a session that ran out keeps them.
  document.querySelectorAll("form[action='/sign-out']").forEach(function (form) {
    form.addEventListener("submit", function () {
      Object.keys(localStorage).forEach(function (key) {
        if (key.indexOf("draft:") === 0) localStorage.removeItem(key);
      });
    });
  });
  // The page after an act that was accepted names the draft that is no longer needed.
  document.querySelectorAll("[data-draft-done]").forEach(function (mark) {
    localStorage.removeItem("draft:" + mark.dataset.draftDone);
  });

  // A slider beside a number field: it is shown only where it can move it. Letting go asks for the past at that number.
  document.querySelectorAll("input[data-moves]").forEach(function (slider) {
    var field = document.getElementById(slider.dataset.moves);
    if (!field) return;
    slider.closest("[data-slider]").hidden = false;
    slider.addEventListener("input", function () { field.value = slider.value; });
    slider.addEventListener("change", function () { field.value = slider.value; });
    field.addEventListener("change", function () { slider.value = field.value; });
  });

  // Times in the reader's zone, UTC on hover.
  document.querySelectorAll("time[data-local]").forEach(function (time) {
    var moment = new Date(time.getAttribute("datetime"));
    if (isNaN(moment)) return;
    time.title = time.textContent.trim();
    var lang = document.documentElement.lang || "en";
    time.textContent = moment.toLocaleString(lang === "en" ? "en-GB" : lang, {
      weekday: "short", day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit", timeZoneName: "short"
    }).replace(/,/g, "");
  });
})();
