{{/* A Service's name begins with a letter and has no dot, and Helm takes both in a release's. 55 and "-metrics" are 63. */}}
{{- define "bot.name" -}}
{{- $release := .Release.Name | replace "." "-" -}}
{{- if regexMatch "^[0-9]" $release }}{{ $release = printf "r-%s" $release }}{{ end -}}
{{- printf "%s-provenance-bot" $release | trunc 55 | trimSuffix "-" -}}
{{- end }}

{{- define "bot.selector" -}}
app.kubernetes.io/name: provenance-bot
app.kubernetes.io/instance: {{ .Release.Name | quote }}
{{- end }}

{{- define "bot.labels" -}}
{{ include "bot.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end }}

{{- define "bot.image" -}}
{{- with .Values.image -}}
{{- if .digest }}{{ .repository }}@{{ .digest }}{{ else }}{{ .repository }}:{{ .tag | default $.Chart.AppVersion }}{{ end -}}
{{- end -}}
{{- end }}

{{/* What web and worker have in common. It is called with a dictionary: root, values (of the part), part. */}}
{{- define "bot.pod" -}}
metadata:
  labels:
    {{- include "bot.labels" .root | nindent 4 }}
    app.kubernetes.io/component: {{ .part }}
  annotations:
    checksum/settings: {{ toJson (list .root.Values.settings .root.Values.policy) | sha256sum }}
    {{- with .root.Values.podAnnotations }}{{ toYaml . | nindent 4 }}{{ end }}
spec:
  automountServiceAccountToken: false
  # A Service called `provenance` would set PROVENANCE_PORT=tcp://… in each pod of its namespace.
  enableServiceLinks: false
  serviceAccountName: {{ include "bot.name" .root }}
  terminationGracePeriodSeconds: 60
  {{- with .root.Values.imagePullSecrets }}
  imagePullSecrets: {{ toYaml . | nindent 4 }}
  {{- end }}
  securityContext:
    runAsNonRoot: true
    runAsUser: 65532
    runAsGroup: 65532
    seccompProfile: { type: RuntimeDefault }
  containers:
    - name: {{ .part }}
      image: {{ include "bot.image" .root | quote }}
      imagePullPolicy: {{ .root.Values.image.pullPolicy }}
      args: [{{ eq .part "web" | ternary "serve" "work" }}]
      securityContext:
        allowPrivilegeEscalation: false
        readOnlyRootFilesystem: true
        capabilities: { drop: [ALL] }
      envFrom:
        - configMapRef: { name: {{ include "bot.name" .root }} }
        - secretRef: { name: {{ .root.Values.existingSecret | quote }} }
      resources: {{ toYaml .values.resources | nindent 8 }}
      {{- if eq .part "web" }}
      ports:
        - { name: http, containerPort: 3000 }
        {{- if .root.Values.metrics.enabled }}
        - { name: metrics, containerPort: {{ .root.Values.metrics.port }} }
        {{- end }}
      # /healthz, and not /readyz: without a worker or a store, deliveries are still accepted.
      startupProbe: { httpGet: { path: /healthz, port: http }, periodSeconds: 2, failureThreshold: 30 }
      livenessProbe: { httpGet: { path: /healthz, port: http }, periodSeconds: 10, timeoutSeconds: 5 }
      readinessProbe: { httpGet: { path: /healthz, port: http }, periodSeconds: 5, timeoutSeconds: 5 }
      # A pod that stops gets requests until all nodes know of it. Python, since the image needs no shell.
      lifecycle: { preStop: { exec: { command: [/app/bin/python, -c, "import time; time.sleep(5)"] } } }
      {{- else if .root.Values.metrics.enabled }}
      ports:
        - { name: metrics, containerPort: {{ .root.Values.metrics.port }} }
      {{- end }}
      volumeMounts:
        - { name: tmp, mountPath: /tmp }
        {{- if .root.Values.policy }}
        - { name: policy, mountPath: /etc/provenance-bot, readOnly: true }
        {{- end }}
        {{- with .root.Values.volumeMounts }}{{ toYaml . | nindent 8 }}{{ end }}
  volumes:
    - { name: tmp, emptyDir: { sizeLimit: 64Mi } }
    {{- if .root.Values.policy }}
    - { name: policy, configMap: { name: {{ include "bot.name" .root }}-policy } }
    {{- end }}
    {{- with .root.Values.volumes }}{{ toYaml . | nindent 4 }}{{ end }}
  {{- with .root.Values.nodeSelector }}
  nodeSelector: {{ toYaml . | nindent 4 }}
  {{- end }}
  {{- with .root.Values.tolerations }}
  tolerations: {{ toYaml . | nindent 4 }}
  {{- end }}
  {{- with .root.Values.affinity }}
  affinity: {{ toYaml . | nindent 4 }}
  {{- end }}
{{- end }}
