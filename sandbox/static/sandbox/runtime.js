/* The client's side of the XBlock runtime: handler addresses, news from blocks, and starting each block once.
   In the LMS a block gets its DOM element, in Studio a jQuery object, as on the platform. */
(function () {
  'use strict';

  function node(element) { return element.jquery ? element[0] : element; }

  function token() {
    var match = document.cookie.match(/(?:^|; )csrftoken=([^;]*)/);
    return match ? decodeURIComponent(match[1]) : '';
  }

  function handlerUrl(prefix, element, handlerName, suffix, query) {
    var path = prefix + encodeURIComponent(node(element).dataset.usageId) + '/handler/' + handlerName;
    return path + (suffix ? '/' + suffix : '') + (query ? '?' + query : '');
  }

  function Lms() {}
  Lms.prototype.handlerUrl = function (element, handlerName, suffix, query) {
    var prefix = '/courses/' + encodeURIComponent(node(element).dataset.courseId) + '/xblock/';
    return handlerUrl(prefix, element, handlerName, suffix, query);
  };
  Lms.prototype.notify = function () {};

  function studioRuntime(prefix) {
    function Studio() {}
    Studio.prototype.handlerUrl = function (element, handlerName, suffix, query) {
      return handlerUrl(prefix, element, handlerName, suffix, query);
    };
    Studio.prototype.notify = function (name, data) { heard(name, data || {}); };
    Studio.prototype.listenTo = function () {};
    Studio.prototype.refreshXBlock = function () { window.location.reload(); };
    return Studio;
  }

  /* The platform shows a notification while a form is saved and closes the form when it is. */
  function heard(name, data) {
    var notice = document.getElementById('studio-notice');
    if (name === 'save' && data.state === 'start') { say(notice, data.message || 'Saving'); }
    if ((name === 'save' && data.state === 'end') || name === 'cancel') { window.location.assign(window.location.pathname); }
    if (name === 'error') { say(notice, [data.title, data.message || data.msg].filter(Boolean).join(': '), true); }
  }

  function say(notice, text, isError) {
    notice.textContent = text;
    notice.className = 'ms-state' + (isError ? ' ms-state--bad' : '');
  }

  /* Studio promises a global gettext; the host has no catalogue for the client. */
  window.gettext = window.gettext || function (text) { return text; };

  window.LmsRuntime = { v1: Lms };
  window.PreviewRuntime = { v1: studioRuntime('/preview/xblock/') };
  window.StudioRuntime = { v1: studioRuntime('/xblock/') };

  function start(element) {
    var data = element.dataset;
    if (!data.init) { return; }
    var holder = element.querySelector(':scope > .xblock-json-init-args');
    var inStudio = data.runtimeClass !== 'LmsRuntime';
    var runtime = new window[data.runtimeClass]['v' + data.runtimeVersion]();
    window[data.init](runtime, inStudio ? window.jQuery(element) : element, holder ? JSON.parse(holder.textContent) : {});
    element.classList.add('xblock-initialized');
  }

  window.jQuery.ajaxSetup({
    beforeSend: function (request, settings) { if (!settings.crossDomain) { request.setRequestHeader('X-CSRFToken', token()); } }
  });
  document.addEventListener('DOMContentLoaded', function () {
    document.querySelectorAll('.xblock:not(.xblock-initialized)').forEach(start);
  });

  /* Practice problems of the host itself. */
  window.SandboxProblem = function (runtime, element) {
    var root = node(element);
    var form = root.querySelector('form');
    form.addEventListener('submit', function (event) {
      event.preventDefault();
      var answers = {};
      new FormData(form).forEach(function (value, name) { (answers[name] = answers[name] || []).push(value); });
      fetch(runtime.handlerUrl(element, 'check'), {
        method: 'POST', headers: { 'X-CSRFToken': token(), 'Content-Type': 'application/json' }, body: JSON.stringify(answers)
      }).then(function (response) { return response.json(); }).then(function (verdict) {
        root.querySelector('.sbx-verdict').textContent = verdict.message;
      });
    });
  };
}());
