/* The test of device and network at check-in. It changes nothing and uses up no try. */
(function () {
  "use strict";

  var list = document.getElementById("mx-checks");
  var SLOW = 1500;

  function say(name, sentence) { list.querySelector("[data-check=" + name + "]").textContent = sentence; }

  function testStorage() {
    try {
      window.localStorage.setItem("mastery_exam:test", "1");
      window.localStorage.removeItem("mastery_exam:test");
      say("storage", list.dataset.good);
    } catch (error) {
      say("storage", list.dataset.storage);
    }
  }

  function testNetwork() {
    var begun = performance.now();
    fetch(list.dataset.ping, { cache: "no-store", credentials: "same-origin" }).then(function (response) {
      if (!response.ok) { throw new Error(String(response.status)); }
      say("network", performance.now() - begun > SLOW ? list.dataset.slow : list.dataset.good);
    }).catch(function () { say("network", list.dataset.bad); });
  }

  say("script", list.dataset.good);
  testStorage();
  testNetwork();
  window.addEventListener("online", testNetwork);
  window.addEventListener("offline", function () { say("network", list.dataset.bad); });
})();
